import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { cli, cliJson } from './support/cli.js'

const data = process.env.TICKWRIGHT_DATA ?? join(import.meta.dirname, '../../shared/data')
const folder = mkdtempSync(join(tmpdir(), 'tickwright-recordings-'))
const tape = join(folder, 'recording.tape')

interface Proof {
  readonly proven: boolean
  readonly sequence: { readonly updates: number; readonly gaps: number }
  readonly bbo: { readonly compared: number; readonly mismatched: number }
  readonly crossed: number
}

/** Imports files as one stream and proves the tape; the exit code of `prove` is part of the answer. */
function prove(files: readonly string[]): {
  gaps: number
  unjoined: readonly string[]
  proof: Proof
} {
  const paths = files.map((file) => join(data, file))
  const { report } = cliJson<{ report: { gaps: number; unjoined: readonly string[] } }>([
    'import',
    ...paths,
    '--out',
    tape,
  ])
  const run = cli(['prove', tape, '--json', '--quiet'])
  const proof = run.json<Proof>()
  expect(run.code).toBe(proof.proven ? 0 : 1)
  return { gaps: report.gaps, unjoined: report.unjoined, proof }
}

afterAll(() => rmSync(folder, { recursive: true }))

const ws = (name: string, ...days: number[]): string[] =>
  days.map((day) => `binance-ws-20240808/${name}_2024080${day}.gz`)

/** Files, best-quote checks, and how many of them the recording itself makes wrong (docs/venues). */
const RECORDINGS: readonly (readonly [string, readonly string[], number, number])[] = [
  ['USD-M BTCUSDT', ws('usdm_btcusdt', 8), 6_545, 0],
  ['USD-M ETHUSDT', ws('usdm_ethusdt', 8), 6_579, 0],
  ['COIN-M BTCUSD_PERP', ws('cm_btcusd_perp', 8, 9), 44_770, 0],
  ['COIN-M ETHUSD_PERP', ws('cm_ethusd_perp', 8, 9), 39_122, 0],
  ['spot BTCUSDT', ws('spot_btcusdt', 8, 9), 1_072, 0],
  ['spot ETHUSDT', ws('spot_ethusdt', 8, 9), 1_056, 0],
  [
    'spot NEXOUSDT, 34 hours',
    [23, 24, 25].map((d) => `binance-spot-nexousdt-34h/nexousdt_202407${d}.dat.gz`),
    17_335,
    0,
  ],
  ['capture BINANCE', ['exchange-raw-frames/BINANCE.jsonl.gz'], 26, 0],
  ['capture BINANCE_FUTURES', ['exchange-raw-frames/BINANCE_FUTURES.jsonl.gz'], 720, 0],
  ['capture BINANCE_DELIVERY', ['exchange-raw-frames/BINANCE_DELIVERY.jsonl.gz'], 1_730, 3],
  ['capture BINANCE_US', ['exchange-raw-frames/BINANCE_US.jsonl.gz'], 56, 0],
  ['capture BINANCE_TR', ['exchange-raw-frames/BINANCE_TR.jsonl.gz'], 24, 0],
]

describe('real recordings prove their books', () => {
  test.for(RECORDINGS)('%s', { timeout: 60_000 }, ([, files, compared, mismatched], { skip }) => {
    if (!files.every((file) => existsSync(join(data, file)))) skip('no recordings')
    const { gaps, unjoined, proof } = prove(files)
    expect({ gaps, unjoined }).toEqual({ gaps: 0, unjoined: [] })
    expect(proof.sequence.gaps).toBe(0)
    expect(proof.bbo).toEqual({ compared, mismatched })
    expect(proof.crossed).toBe(0)
    expect(proof.proven).toBe(mismatched === 0)
  })
})
