import type { EntryType } from '../protocol/layout.js'
import type { LiveDriver, SessionClock } from '../runtime/live-driver.js'

const HEADER = 24

/** One input as the core's tools pack it. */
export interface PackedInput {
  readonly type: EntryType
  /** Recording: the connection. Generator: the instrument. */
  readonly source: number
  /** When it was received, nanoseconds since 1970. */
  readonly ts: bigint
  readonly bytes: Uint8Array
}

/** Takes a reply apart: type, source, receive time, length, bytes padded to 8. */
export function* packedInputs(packed: Uint8Array): Generator<PackedInput> {
  const view = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  for (let at = 0; at < view.length; ) {
    const length = Number(view.readBigUInt64LE(at + 16))
    yield {
      type: view.readUInt32LE(at) as EntryType,
      source: view.readUInt32LE(at + 4),
      ts: view.readBigInt64LE(at + 8),
      bytes: view.subarray(at + HEADER, at + HEADER + length),
    }
    at += HEADER + Math.ceil(length / 8) * 8
  }
}

/** A clock that stands at the receive time of the input in hand. */
export class RecordedClock implements SessionClock {
  readonly #epoch: bigint
  #now = 0

  /** `epoch`: nanoseconds since 1970. */
  constructor(epoch: string) {
    this.#epoch = BigInt(epoch)
  }

  now(): number {
    return this.#now
  }

  set(ns: bigint): undefined {
    this.#now = Number(ns - this.#epoch)
  }
}

/**
 * Delivers inputs as the core's tools pack them. `before` is called for each with its receive time: it sets the clock, or waits.
 */
export async function deliverInputs(
  packed: Uint8Array,
  driver: LiveDriver,
  before: (ns: bigint) => undefined | Promise<void>,
): Promise<void> {
  for (const { type, source, ts, bytes } of packedInputs(packed)) {
    const waiting = before(ts)
    if (waiting !== undefined) await waiting
    driver.deliver(type, source, bytes)
  }
}

interface ConfiguredInstrument {
  readonly venue: string
  readonly symbol: string
  readonly priceScale: number
  readonly quantityScale: number
  readonly tick: number
  readonly lot: number
}

/** Instruments and connections of a session that takes such inputs: source 0 streams, 1 and on snapshots. */
export function sessionConfig(epoch: string, instruments: readonly ConfiguredInstrument[]) {
  const venue = instruments[0]?.venue ?? ''
  return {
    epoch,
    instruments: instruments.map(({ venue, symbol, priceScale, quantityScale, tick, lot }) => {
      return { venue, symbol, priceScale, quantityScale, tick, lot }
    }),
    connections: [
      { name: 'stream', venue, kind: 'stream' as const },
      ...instruments.map(({ symbol }) => {
        return { name: `snapshot ${symbol}`, venue, kind: 'snapshot' as const, symbol }
      }),
    ],
  }
}
