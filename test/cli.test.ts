import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli, cliJson } from './support/cli.js'

const folder = mkdtempSync(join(tmpdir(), 'tickwright-cli-'))
const at = (name: string): string => join(folder, name)
const tape = at('market.tape')
const journal = at('session.journal')

interface Failure {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly at: string
    readonly hint: string
  }
}

beforeAll(() => {
  cliJson([
    'generate',
    '--out',
    tape,
    '--seed',
    '5',
    '--seconds',
    '20',
    '--frames',
    at('frames.txt'),
  ])
  const args = ['--frames', at('frames.txt'), '--journal', journal, '--strategy', 'touch-imbalance']
  expect(cliJson<{ verified: boolean }>(['run', ...args]).verified).toBe(true)
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe('a generated market', () => {
  test('is the same tape whether generated, imported from its frames or from a journal of them', () => {
    const generated = cliJson<{ contentHash: string }>(['inspect', tape])
    const imported = cliJson<{ contentHash: string }>([
      'import',
      at('frames.txt'),
      '--out',
      at('imported.tape'),
    ])
    const compiled = cliJson<{ contentHash: string }>([
      'import',
      journal,
      '--out',
      at('compiled.tape'),
    ])
    expect(imported.contentHash).toBe(generated.contentHash)
    expect(compiled.contentHash).toBe(generated.contentHash)
  })

  test('proves its book, and replays to the digest of its content', () => {
    const proof = cliJson<{
      proven: boolean
      level: string
      bbo: { compared: number; mismatched: number }
    }>(['prove', tape])
    expect(proof).toMatchObject({ proven: true, level: 'sequence+bbo', bbo: { mismatched: 0 } })
    expect(proof.bbo.compared).toBeGreaterThan(100)
    const { contentHash } = cliJson<{ contentHash: string }>(['inspect', tape])
    const replay = cliJson<{ digest: { market: string } }>(['replay', tape])
    expect(replay.digest.market).toBe(contentHash)
  })

  test('replays to one digest from any blocks, from a checkpoint, and in WebAssembly', () => {
    const args = ['replay', tape, '--strategy', 'touch-imbalance']
    const digest = (more: readonly string[]) =>
      cliJson<{ digest: object }>([...args, ...more]).digest
    const whole = digest([])
    expect(digest(['--block', '7'])).toEqual(whole)
    expect(digest(['--core', 'wasm'])).toEqual(whole)
    expect(digest(['--save-at', '1234', '--checkpoint', at('at.ckpt')])).toEqual(whole)
    expect(digest(['--from', at('at.ckpt')])).toEqual(whole)
  })

  test('shows its book at an event, at a time and at the end', () => {
    const book = (moment: string) =>
      cliJson<{ bids: [string, string][]; asks: [string, string][] }>([
        'book',
        tape,
        '--at',
        moment,
        '--depth',
        '3',
      ])
    for (const moment of ['1000', '+10', 'end']) {
      const { bids, asks } = book(moment)
      expect(bids).toHaveLength(3)
      expect(Number(bids[0]?.[0])).toBeLessThan(Number(asks[0]?.[0]))
      expect(bids[0]?.[0]).toMatch(/^\d+\.\d{2}$/)
    }
    expect(book('1000')).not.toEqual(book('end'))
  })
})

describe('a journal', () => {
  test('verifies, and says through which input', () => {
    const v = cliJson<{ equal: boolean; throughSeq: number; inputs: number }>(['verify', journal])
    expect(v).toMatchObject({ equal: true, firstDivergence: null, closed: true })
    expect(v.throughSeq).toBe(v.inputs)
  })

  test('that was torn is compared as far as it goes', () => {
    const torn = at('torn.journal')
    cliJson(['run', '--frames', at('frames.txt'), '--journal', torn])
    const segment = join(torn, '000000.twj')
    truncateSync(segment, readFileSync(segment).length - 3_000)
    const run = cli(['verify', torn, '--json', '--quiet'])
    // A closed journal that lost its end is damaged; one that was still open would be cut.
    expect([0, 3]).toContain(run.code)
    if (run.code === 3) expect(run.json<Failure>().error.code).toMatch(/^E_JOURNAL_/)
  })
})

describe('differences', () => {
  test('of equal tapes under other codecs and blocks: none', () => {
    cliJson([
      'generate',
      '--out',
      at('other.tape'),
      '--seed',
      '5',
      '--seconds',
      '20',
      '--codec',
      'none',
      '--block',
      '7',
    ])
    expect(cliJson(['diff', tape, at('other.tape')])).toMatchObject({ equal: true, besides: [] })
  })

  test('of two markets: the first event, with both states, and exit code 1', () => {
    cliJson(['generate', '--out', at('second.tape'), '--seed', '6', '--seconds', '20'])
    const run = cli(['diff', tape, at('second.tape'), '--json'])
    expect(run.code).toBe(1)
    const { left, right, ...where } = run.json<{ left: string; right: string }>()
    expect(where).toMatchObject({
      equal: false,
      stage: 'market',
      leftState: [{}],
      rightState: [{}],
    })
    expect(left).not.toBe(right)
  })

  test('of two runs: the first note that differs', () => {
    const run = (name: string, above: string) =>
      cliJson([
        'replay',
        tape,
        '--strategy',
        'touch-imbalance',
        '--param',
        `above=${above}`,
        '--out',
        at(name),
      ])
    run('a.run', '0.7')
    run('b.run', '0.9')
    run('c.run', '0.7')
    expect(cli(['diff', at('a.run'), at('c.run')]).code).toBe(0)
    const diff = cli(['diff', at('a.run'), at('b.run'), '--json'])
    expect(diff.code).toBe(1)
    expect(diff.json()).toMatchObject({ equal: false, stage: 'decisions' })
  })
})

describe('refusals', () => {
  const refused = (args: readonly string[]) => {
    const run = cli([...args, '--json', '--quiet'])
    return {
      exit: run.code,
      code: run.json<Failure>().error.code,
      at: run.json<Failure>().error.at,
    }
  }

  test('usage: exit 2', () => {
    expect(refused(['nonsense'])).toMatchObject({ exit: 2, code: 'E_USAGE' })
    expect(refused(['inspect', tape, '--nonsense'])).toMatchObject({ exit: 2, code: 'E_USAGE' })
    expect(refused(['replay', tape, '--block', 'x'])).toMatchObject({ exit: 2, code: 'E_USAGE' })
    expect(refused(['replay', tape, '--strategy', 'nobody'])).toMatchObject({
      exit: 2,
      code: 'E_STRATEGY_UNKNOWN',
    })
    expect(refused(['book', tape, '--at', '999999999'])).toMatchObject({ exit: 2, code: 'E_USAGE' })
  })

  test('input data: exit 3 with the place', () => {
    expect(refused(['inspect', at('nothing.tape')])).toMatchObject({
      exit: 3,
      code: 'E_IO',
      at: at('nothing.tape'),
    })
    writeFileSync(at('text.tape'), 'not a tape at all, just some words\n')
    expect(refused(['inspect', at('text.tape')])).toMatchObject({ exit: 3, code: 'E_TAPE_MAGIC' })
    writeFileSync(at('empty.gz'), '')
    expect(refused(['import', at('empty.gz'), '--out', at('x.tape')])).toMatchObject({
      exit: 3,
      code: 'E_IMPORT_EMPTY',
    })
  })

  test('a flipped byte in a block is found, and named', () => {
    const bytes = readFileSync(tape)
    const middle = bytes.length >> 1
    bytes[middle] = (bytes[middle] as number) ^ 0x10
    writeFileSync(at('flipped.tape'), bytes)
    const { exit, code, at: place } = refused(['prove', at('flipped.tape')])
    expect({ exit, code }).toEqual({ exit: 3, code: 'E_TAPE_CRC' })
    expect(place).toMatch(/byte \d+, block \d+/)
  })

  test('a truncated tape is read to its last whole block, and says how much was cut', () => {
    cliJson([
      'generate',
      '--out',
      at('cut.tape'),
      '--seed',
      '5',
      '--seconds',
      '20',
      '--block',
      '256',
    ])
    truncateSync(at('cut.tape'), readFileSync(at('cut.tape')).length - 5_000)
    const { tornBytes, events } = cliJson<{ tornBytes: number; events: number }>([
      'inspect',
      at('cut.tape'),
    ])
    expect(tornBytes).toBeGreaterThan(0)
    expect(events).toBeGreaterThan(0)
  })

  test('a truncated gzip leaves no tape behind', () => {
    const packed = gzipSync(readFileSync(at('frames.txt')))
    writeFileSync(at('cut.gz'), packed.subarray(0, packed.length >> 1))
    expect(refused(['import', at('cut.gz'), '--out', at('none.tape')])).toMatchObject({
      exit: 3,
      code: 'E_IMPORT_TRUNCATED',
    })
    expect(existsSync(at('none.tape')) || existsSync(at('none.tape.tmp'))).toBe(false)
  })

  test('a gap in the recording: resets on the tape, and a book that is not proven', () => {
    const lines = readFileSync(at('frames.txt'), 'utf8').split('\n')
    const depth = lines.flatMap((line, index) => (line.includes('depthUpdate') ? [index] : []))
    lines.splice(depth[200] as number, 1)
    writeFileSync(at('gap.txt'), lines.join('\n'))
    const { report } = cliJson<{ report: { gaps: number } }>([
      'import',
      at('gap.txt'),
      '--out',
      at('gap.tape'),
    ])
    expect(report.gaps).toBe(1)
    const proof = cli(['prove', at('gap.tape'), '--json', '--quiet'])
    expect(proof.code).toBe(1)
    expect(proof.json()).toMatchObject({ proven: false, sequence: { gaps: 1 } })
  })

  test('damaged frames are counted with their place, and do not end an import', () => {
    const lines = readFileSync(at('frames.txt'), 'utf8').split('\n')
    const quote = lines.findIndex((line) => line.includes('bookTicker'))
    lines[quote] = (lines[quote] as string).slice(0, 80)
    writeFileSync(at('bad.txt'), lines.join('\n'))
    const { report } = cliJson<{
      report: {
        refusedFrames: { total: number; byCode: Record<string, { first: { line: number } }> }
      }
    }>(['import', at('bad.txt'), '--out', at('bad.tape')])
    expect(report.refusedFrames.total).toBe(1)
    expect(Object.values(report.refusedFrames.byCode)[0]?.first.line).toBe(quote + 1)
  })
})

test('every command explains itself with an example', () => {
  const { out } = cli(['--help'])
  const names = [...out.matchAll(/^ {2}([a-z]+) /gm)]
    .map(([, name]) => name as string)
    .filter((name) => name !== 'help')
  expect(names).toEqual(
    expect.arrayContaining([
      'start',
      'import',
      'inspect',
      'prove',
      'book',
      'replay',
      'run',
      'verify',
      'diff',
      'generate',
    ]),
  )
  for (const name of names) {
    const help = cli([name, '--help'])
    expect(help.code).toBe(0)
    expect(help.out).toContain('Example:')
    expect(help.out).toContain('--json')
  }
}, 60_000)
