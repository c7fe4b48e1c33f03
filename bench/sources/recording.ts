import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { type Input, type InputSource, inputType, kindOf } from './inputs.js'

/** The recording that the design's figures speak of. */
const USDM = 'binance-ws-20240808/usdm_btcusdt_20240808.gz'

/** The folder of recordings: `TICKWRIGHT_DATA`, else the one beside the checkout. */
export function findRecordings(): string | undefined {
  const beside = fileURLToPath(new URL('../../../../shared/data', import.meta.url))
  const folder = process.env.TICKWRIGHT_DATA ?? beside
  return existsSync(join(folder, USDM)) ? folder : undefined
}

export const usdmPath = (recordings: string): string => join(recordings, USDM)

/** The USD-M recording as inputs: a line is the receive time in nanoseconds, a blank, the payload. */
export function usdmInputs(recordings: string): InputSource {
  const text = gunzipSync(readFileSync(usdmPath(recordings)))
  const inputs: Input[] = []
  let epoch: bigint | undefined
  for (let at = 0; at < text.length; ) {
    const blank = text.indexOf(32, at)
    const found = text.indexOf(10, at)
    const end = found < 0 ? text.length : found
    if (blank > at && blank < end) {
      const stamp = BigInt(text.toString('latin1', at, blank))
      epoch ??= stamp - 1n
      inputs.push(inputAt(text.subarray(blank + 1, end), Number(stamp - epoch), inputs.at(-1)))
    }
    at = end + 1
  }
  return {
    name: `${USDM}, ${inputs.length} frames`,
    recorded: true,
    inputs,
    config: {
      epoch: String(epoch ?? 0n),
      instruments: [
        {
          ...{ venue: 'binance-usdm', symbol: 'BTCUSDT', priceScale: 2, quantityScale: 3 },
          ...{ tick: 10, lot: 1 },
        },
      ],
      connections: [
        { name: 'stream', venue: 'binance-usdm', kind: 'stream' },
        { name: 'snapshots', venue: 'binance-usdm', kind: 'snapshot', symbol: 'BTCUSDT' },
      ],
    },
  }
}

function inputAt(bytes: Uint8Array, stamp: number, before: Input | undefined): Input {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 120))
  const kind = kindOf(head.toString('latin1'))
  const least = (before?.stamp ?? 0) + 1
  return {
    type: inputType(kind),
    source: kind === 'snapshot' ? 1 : 0,
    stamp: Math.max(stamp, least),
    bytes,
    kind,
  }
}
