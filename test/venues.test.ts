import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { cli, cliJson } from './support/cli.js'

const data = process.env.TICKWRIGHT_DATA ?? join(import.meta.dirname, '../../shared/data')
const folder = mkdtempSync(join(tmpdir(), 'tickwright-venues-'))

afterAll(() => rmSync(folder, { recursive: true }))

interface Ran {
  readonly events: number
  readonly refusedFrames: number
  readonly verified: boolean
  readonly digest: { readonly market: string }
}

interface Imported {
  readonly events: number
  readonly contentHash: string
}

/** Captures of one venue each, and what is special about its books. */
const CAPTURES: readonly (readonly [string, string])[] = [
  ['KRAKEN', 'a checksum over text as it was printed'],
  ['BITGET', 'a checksum, and values of derivatives'],
  ['KUCOIN', 'a snapshot over REST'],
  ['BITSTAMP', 'a snapshot over REST, joined by time'],
  ['COINBASE', 'a number for each message of the connection'],
]

describe('a capture of a venue as a live session', () => {
  test.for(CAPTURES)('%s: %s', { timeout: 120_000 }, ([name], { skip }) => {
    const capture = join(data, `exchange-raw-frames/${name}.jsonl.gz`)
    if (!existsSync(capture)) skip('no recordings')
    const [journal, tape] = [join(folder, `${name}.journal`), join(folder, `${name}.tape`)]
    const ran = cliJson<Ran>(['run', '--frames', capture, '--journal', journal])
    expect(ran).toMatchObject({ refusedFrames: 0, verified: true })
    const verified = cliJson<{ equal: boolean; digest: Ran['digest'] }>(['verify', journal])
    expect(verified).toMatchObject({ equal: true, digest: ran.digest })
    const tapes = [capture, journal].map((from) => {
      const { events, contentHash } = cliJson<Imported>(['import', from, '--out', tape])
      return { events, contentHash }
    })
    const same = { events: ran.events, contentHash: ran.digest.market }
    expect(tapes).toEqual([same, same])
  })

  test('of several venues is refused before a journal is made', ({ skip }) => {
    const capture = join(data, 'exchange-raw-frames/BYBIT.jsonl.gz')
    if (!existsSync(capture)) skip('no recordings')
    const journal = join(folder, 'several.journal')
    const { code, out } = cli(['run', '--frames', capture, '--journal', journal, '--json'])
    expect(code).toBe(2)
    expect(out).toContain('E_VENUE_AMBIGUOUS')
    expect(existsSync(journal)).toBe(false)
  })
})
