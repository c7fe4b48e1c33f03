// Commands under pressure: signals, closed pipes, journals where tapes are expected, broken inputs.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { cli, cliJson, entry } from './support/cli.js'
import { present } from './support/cores.js'
import { temporaryFolder } from './support/folders.js'

const folder = temporaryFolder()
const at = (name: string): string => join(folder, name)
const tape = at('market.tape')
const frames = at('frames.gz')
const journal = at('session.journal')

interface Digest {
  readonly digest: Readonly<Record<string, string>>
}

interface Failure {
  readonly error: Readonly<Record<'code' | 'message' | 'at' | 'hint', string>>
}

const refused = (...args: string[]) => {
  const run = cli([...args, '--json', '--quiet'])
  const { error } = run.json<Failure>()
  return { exit: run.code, error, err: run.err }
}

beforeAll(() => {
  const market = ['--seed', '3', '--seconds', '15']
  cliJson(['generate', '--out', tape, ...market, '--frames', frames])
  const session = ['--frames', frames, '--journal', journal, '--strategy', 'touch-imbalance']
  cliJson(['run', ...session])
}, 60_000)

describe('the user ends a command', () => {
  /** Runs until `isReady`, sends the signal, waits for the end. */
  const interrupted = (args: readonly string[], isReady: () => boolean) =>
    new Promise<{ code: number | null; out: string }>((resolve) => {
      const child = spawn(process.execPath, [entry, ...args])
      let out = ''
      child.stdout.setEncoding('utf8').on('data', (text) => {
        out += text
      })
      const poll = setInterval(() => {
        if (!isReady()) return
        clearInterval(poll)
        child.kill('SIGINT')
      }, 5)
      child.on('close', (code) => {
        clearInterval(poll)
        resolve({ code, out })
      })
    })

  test('a tape that is being written goes', async () => {
    const out = at('long.tape')
    const args = ['generate', '--out', out, '--seed', '1', '--seconds', '200000', '--quiet']
    const { code } = await interrupted(args, () => existsSync(`${out}.tmp`))
    expect(code).toBe(130)
    expect([existsSync(out), existsSync(`${out}.tmp`)]).toEqual([false, false])
  })

  test('a session is closed in good order and verifies', async () => {
    const live = at('stopped.journal')
    const args = ['run', '--frames', frames, '--journal', live, '--pace', 'recorded', '--json']
    const isReady = () => existsSync(join(live, '000000.twj'))
    const { code, out } = await interrupted([...args, '--quiet'], isReady)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ interrupted: true, verified: true })
    expect(cliJson(['verify', live])).toMatchObject({ equal: true, closed: true })
  })

  test('a reader that has seen enough is no error', async () => {
    const child = spawn(process.execPath, [entry, 'book', tape, '--depth', '100000', '--json'])
    child.stdout.destroy()
    let err = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })
})

describe('frames that are packed', () => {
  test('are gzip, and import to the same market', () => {
    const lines = gunzipSync(readFileSync(frames)).toString('utf8').trimEnd().split('\n')
    expect(lines.every((line) => /^\d{19} \{/.test(line))).toBe(true)
    const { contentHash } = cliJson<{ contentHash: string }>(['inspect', tape])
    const imported = cliJson(['import', frames, '--out', at('imported.tape')])
    expect(imported).toMatchObject({ contentHash })
  })

  test('of several instruments are written only where their snapshots can be told apart', () => {
    const two = ['generate', '--seed', '1', '--seconds', '2', '--symbol']
    const args = [...two, 'BTCUSDT', '--symbol', 'ETHUSDT', '--out', at('two.tape')]
    expect(refused(...args, '--frames', at('two.txt'))).toMatchObject({ exit: 2 })
    const symbols = ['BTCUSD_PERP', '--symbol', 'ETHUSD_PERP', '--venue', 'binance-coinm']
    const generated = cliJson<{ contentHash: string }>([
      ...[...two, ...symbols, '--out', at('cm.tape'), '--frames', at('cm.txt')],
    ])
    const imported = cliJson(['import', at('cm.txt'), '--out', at('cm2.tape')])
    expect(imported).toMatchObject({ contentHash: generated.contentHash })
    expect(cli(['book', at('cm.tape')]).code).toBe(2)
    expect(cliJson(['book', at('cm.tape'), '--instrument', 'ETHUSD_PERP'])).toMatchObject({
      instrument: 'binance-coinm:ETHUSD_PERP',
    })
    const { byInstrument } = cliJson<{ byInstrument: object }>(['prove', at('cm.tape')])
    expect(Object.keys(byInstrument)).toHaveLength(2)
  })
})

describe('a journal where a tape may stand', () => {
  test('has a book, a proof, and replays to the digests of its tape', () => {
    const moment = ['--at', '1500', '--depth', '4']
    const book = cliJson(['book', journal, ...moment])
    expect(book).toMatchObject(cliJson<{ bids: unknown }>(['book', tape, ...moment]))
    expect(cliJson(['prove', journal])).toMatchObject({ proven: true })
    const recorded = cliJson<Digest>(['replay', journal])
    const compiled = cliJson<Digest>(['replay', journal, '--block', '50'])
    expect(recorded).toMatchObject({ verdict: { equal: true } })
    for (const stage of ['market', 'features', 'decisions']) {
      expect(compiled.digest[stage]).toBe(recorded.digest[stage])
    }
  })

  test('keeps its events and takes another strategy', () => {
    const other = ['--strategy', 'touch-imbalance', '--param', 'periodMs=250']
    const { digest } = cliJson<Digest>(['replay', journal, ...other])
    const recorded = cliJson<Digest>(['replay', journal]).digest
    expect(digest.market).toBe(recorded.market)
    expect(digest.decisions).not.toBe(recorded.decisions)
  })

  test('leaves no temporary file', () => {
    const before = temporaryEntries()
    cliJson(['book', journal])
    expect(temporaryEntries().filter((name) => !before.includes(name))).toEqual([])
  })

  const temporaryEntries = () =>
    readdirSync(join(folder, '..')).filter((name) => /^tickwright-[A-Za-z0-9]{6}$/.test(name))
})

describe('journals that differ', () => {
  test('equal ones are equal', () => {
    cliJson(['run', '--frames', frames, '--journal', at('again'), '--strategy', 'touch-imbalance'])
    expect(cliJson(['diff', journal, at('again')])).toMatchObject({ equal: true, stage: null })
  })

  test('the first differing entry, with both states', () => {
    const lines = gunzipSync(readFileSync(frames)).toString('utf8').split('\n')
    const index = lines.findIndex((line, n) => n > 900 && line.includes('bookTicker'))
    lines[index] = (lines[index] as string).replace(/"B":"(\d)/, (_, d) => `"B":"${(d + 1) % 10}`)
    writeFileSync(at('changed.txt'), lines.join('\n'))
    const changed = ['--frames', at('changed.txt'), '--journal', at('changed')]
    cliJson(['run', ...changed, '--strategy', 'touch-imbalance'])
    const run = cli(['diff', journal, at('changed'), '--json'])
    expect(run.code).toBe(1)
    interface Document {
      readonly seq: number
      readonly left: string
      readonly right: string
      readonly leftState: readonly { bids: readonly unknown[] }[]
      readonly rightState: readonly unknown[]
    }
    const { seq, left, right, leftState, rightState, ...where } = run.json<Document>()
    expect(where).toMatchObject({ equal: false, stage: 'inputs' })
    expect(seq).toBeGreaterThan(900)
    expect([left, right].every((side) => side.startsWith('frame of '))).toBe(true)
    expect(leftState[0]?.bids.length).toBeGreaterThan(0)
    expect(rightState).toEqual(leftState)
  })

  test('of the tape and the journal: two kinds are not compared', () => {
    expect(refused('diff', journal, tape)).toMatchObject({ exit: 2, error: { code: 'E_USAGE' } })
  })
})

describe('what is broken is told', () => {
  test('once as text on standard error, once as a document', () => {
    const { exit, error, err } = refused('replay', tape, '--from', at('none'))
    expect({ exit, code: error.code, at: error.at }).toEqual({
      exit: 3,
      code: 'E_IO',
      at: at('none'),
    })
    expect(err).toContain('E_IO')
    expect(err).not.toContain('at Object.')
  })

  test('directories, damaged checkpoints and runs', () => {
    mkdirSync(at('plain'))
    expect(refused('inspect', at('plain'))).toMatchObject({ exit: 3, error: { code: 'E_IO' } })
    expect(refused('prove', at('plain')).error.code).toBe('E_JOURNAL_EMPTY')
    writeFileSync(at('bad.checkpoint'), 'no checkpoint')
    expect(refused('replay', tape, '--from', at('bad.checkpoint')).error.code).toBe('E_STATE')
    cliJson(['replay', tape, '--out', at('a.run')])
    cliJson(['replay', tape, '--out', at('b.run')])
    expect(cliJson(['diff', at('a.run'), at('b.run')])).toMatchObject({ equal: true })
    writeFileSync(at('b.run/run.json'), '{}')
    const { exit, error } = refused('diff', at('a.run'), at('b.run'))
    expect({ exit, code: error.code }).toEqual({ exit: 3, code: 'E_RUN' })
  })

  test('an output that is a source, or lies nowhere', () => {
    expect(refused('import', frames, '--out', frames)).toMatchObject({ exit: 2 })
    expect(gunzipSync(readFileSync(frames)).length).toBeGreaterThan(0)
    const nowhere = at('no/such/folder.tape')
    expect(refused('import', frames, '--out', nowhere)).toMatchObject({ exit: 2 })
    expect(refused('replay', tape, '--out', join(tape, 'run'))).toMatchObject({ exit: 2 })
  })

  test('options that cannot be meant', () => {
    expect(refused('replay', tape, '--save-at', '10')).toMatchObject({ exit: 2 })
    const beyond = ['--save-at', '99999999', '--checkpoint', at('x')]
    expect(refused('replay', tape, ...beyond)).toMatchObject({ exit: 2 })
    expect(refused('book', tape, '--at', 'yesterday')).toMatchObject({ exit: 2 })
    expect(refused('book', tape, '--at', '2024-13-01T00:00:00Z')).toMatchObject({ exit: 2 })
    expect(refused('run', '--frames', frames, '--journal', journal)).toMatchObject({
      exit: 2,
      error: { code: 'E_JOURNAL_EXISTS' },
    })
  })

  test('a snapshot that is too old is no gap once a newer one has joined', () => {
    const lines = gunzipSync(readFileSync(frames)).toString('utf8').trimEnd().split('\n')
    const snapshot = lines.findIndex((line) => line.includes('lastUpdateId'))
    const old = (lines[snapshot] as string).replace(/"lastUpdateId":\d+/, '"lastUpdateId":1')
    lines.splice(snapshot, 0, old)
    writeFileSync(at('old.txt'), lines.join('\n'))
    cliJson(['import', at('old.txt'), '--out', at('old.tape')])
    expect(cliJson(['prove', at('old.tape')])).toMatchObject({
      proven: true,
      sequence: { gaps: 0 },
    })
  })
})

describe('the main job', () => {
  test.for(present)('is equal throughout, $kind core', ({ kind }) => {
    const out = at(`start-${kind}`)
    const args = ['start', '--seconds', '10', '--out', out, '--core', kind]
    expect(cliJson(args)).toMatchObject({ equal: true, core: kind, proof: { proven: true } })
    expect(readdirSync(out).toSorted()).toEqual(['market.tape', 'session.journal', 'summary.json'])
    expect(cliJson(['verify', join(out, 'session.journal')])).toMatchObject({ equal: true })
  })

  test('says it so that a newcomer understands', () => {
    const { out, code } = cli(['start', '--seconds', '5', '--out', at('start-text'), '--quiet'])
    expect(code).toBe(0)
    expect(out).toContain('Try next')
    for (const [, command = ''] of out.matchAll(/npx tickwright (book|inspect|verify) .*/g)) {
      const line = out.split('\n').find((text) => text.includes(`tickwright ${command} `)) ?? ''
      const words = line.trim().split(/\s+/).slice(2)
      expect(cli(words, { cwd: process.cwd() }).code, line).toBe(0)
    }
  })
})

test('no arguments: the commands', () => {
  const { code, out } = cli([])
  expect(code).toBe(0)
  expect(out).toContain('verify')
})
