import type { CoreModule } from '../../src/ports/core.js'
import { EntryType } from '../../src/protocol/layout.js'
import { type Input, type InputSource, kindOf } from './inputs.js'

interface Described {
  readonly startNs: string
  readonly instruments: readonly {
    readonly venue: string
    readonly symbol: string
    readonly priceScale: number
    readonly quantityScale: number
    readonly tick: number
    readonly lot: number
  }[]
}

const SEED = 7

/** Frames of the seeded market generator, where there is no recording. */
export function generatedInputs(core: CoreModule, seconds: number): InputSource {
  const tool = core.openTool('generate', { seed: SEED, seconds })
  const { startNs, instruments } = tool.call<Described>('describe').result
  const [first] = instruments
  if (first === undefined) throw new RangeError('the generator names no instrument')
  const inputs: Input[] = []
  for (let ended = false; !ended; ) {
    const { result, bytes } = tool.call<{ ended: boolean }>('inputs')
    inputs.push(...unpack(bytes, BigInt(startNs)))
    ended = result.ended
  }
  tool.close()
  const { venue, symbol, priceScale, quantityScale, tick, lot } = first
  return {
    name: `generated market, seed ${SEED}, ${seconds} s, ${inputs.length} frames`,
    recorded: false,
    inputs,
    config: {
      epoch: startNs,
      instruments: [{ venue, symbol, priceScale, quantityScale, tick, lot }],
      connections: [
        { name: 'stream', venue, kind: 'stream' },
        { name: 'snapshots', venue, kind: 'snapshot', symbol },
      ],
    },
  }
}

/** Records of the generator: type 4, 4 free, stamp 8, length 8, payload padded to 8. */
function unpack(bytes: Uint8Array, epoch: bigint): Input[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const out: Input[] = []
  for (let at = 0; at < bytes.length; ) {
    const type = view.getUint32(at, true) as EntryType
    const stamp = Number(view.getBigInt64(at + 8, true) - epoch)
    const length = Number(view.getBigUint64(at + 16, true))
    const payload = bytes.slice(at + 24, at + 24 + length)
    const kind = kindOf(Buffer.from(payload.subarray(0, 120)).toString('latin1'))
    const source = type === EntryType.Body ? 1 : 0
    out.push({ type, source, stamp, bytes: payload, kind })
    at += 24 + Math.ceil(length / 8) * 8
  }
  return out
}
