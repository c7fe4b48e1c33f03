import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { packedInputs, sessionConfig } from '../../src/cli/feed-inputs.js'
import { importArguments } from '../../src/cli/import.js'
import { Recording } from '../../src/cli/import-recording.js'
import { Ui } from '../../src/cli/ui.js'
import type { CoreModule } from '../../src/ports/core.js'
import type { Input, InputSource } from './inputs.js'

/** One capture of each venue that a session takes. Bybit's is of two venues: a tape takes it, a session does not. */
const CAPTURES = [
  ...['BINANCE', 'BITFINEX', 'BITGET', 'BITMEX', 'BITSTAMP', 'COINBASE', 'DERIBIT', 'GEMINI'],
  ...['KRAKEN', 'KUCOIN', 'OKX'],
]

/** Paths of those that are there. */
export const capturePaths = (recordings: string): string[] =>
  CAPTURES.map((name) => join(recordings, `exchange-raw-frames/${name}.jsonl.gz`)).filter((path) =>
    existsSync(path),
  )

export const captureName = (path: string): string => basename(path, '.jsonl.gz')

/** Frames and snapshots of a capture by receive time, as `run` hands them to a session. */
export async function captureInputs(core: CoreModule, path: string): Promise<InputSource> {
  const args = importArguments({ out: '', quotes: true })
  const recording = await Recording.open(core, [path], args, new Ui({ quiet: true }))
  const plan = (await recording.survey(true)) as CapturePlan
  recording.tool.call('inputs')
  const epoch = String(BigInt(plan.startNs) - 1n)
  const inputs: Input[] = []
  await recording.read(plan, (packed) => {
    for (const { type, source, ts, bytes } of packedInputs(packed)) {
      const stamp = Math.max(Number(ts - BigInt(epoch)), (inputs.at(-1)?.stamp ?? 0) + 1)
      inputs.push({ type, source, stamp, bytes: Uint8Array.from(bytes), kind: 'other' })
    }
  })
  recording.tool.close()
  const config = sessionConfig(epoch, plan.instruments)
  const name = `${captureName(path)}, ${inputs.length} frames`
  return { name, recorded: true, inputs, config }
}

interface CapturePlan {
  readonly startNs: string
  readonly instruments: Parameters<typeof sessionConfig>[1]
  readonly needsRandomAccess: boolean
}
