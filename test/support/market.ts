// Generated markets as inputs of a live session and as tapes.
import { closeSync, openSync, writeSync } from 'node:fs'
import type { CoreConfig, CoreModule } from '../../src/ports/core.js'
import { EntryType } from '../../src/protocol/layout.js'

export interface MarketChoice {
  readonly seed: number
  readonly seconds: number
  readonly venue?: string
  readonly symbols?: readonly string[]
}

export interface TapeChoice extends MarketChoice {
  readonly codec?: string
  readonly blockEvents?: number
}

/** One input as a live session gets it; the stamp counts from the market's start. */
export interface Input {
  readonly type: EntryType
  /** Place in `connections` of the market's configuration. */
  readonly source: number
  readonly stamp: number
  readonly bytes: Uint8Array
}

export interface Market {
  readonly config: CoreConfig & { readonly instruments: NonNullable<CoreConfig['instruments']> }
  readonly inputs: readonly Input[]
}

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

/** Bytes in front of each generated input: type, instrument, time, length. */
const INPUT_HEADER = 24

/** All inputs of a seeded market, and the configuration that takes them. */
export function generateMarket(core: CoreModule, choice: MarketChoice): Market {
  const tool = core.openTool('generate', choice)
  try {
    const described = tool.call<Described>('describe').result
    const inputs: Input[] = []
    for (;;) {
      const { result, bytes } = tool.call<{ ended: boolean }>('inputs')
      inputs.push(...readInputs(bytes, BigInt(described.startNs)))
      if (result.ended) return { config: configOf(described), inputs }
    }
  } finally {
    tool.close()
  }
}

function* readInputs(bytes: Uint8Array, epoch: bigint): Generator<Input> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; ) {
    const type = view.getUint32(at, true) as EntryType
    const instrument = view.getUint32(at + 4, true)
    const length = Number(view.getBigUint64(at + 16, true))
    yield {
      type,
      source: type === EntryType.Body ? 1 + instrument : 0,
      stamp: Number(view.getBigInt64(at + 8, true) - epoch),
      bytes: bytes.slice(at + INPUT_HEADER, at + INPUT_HEADER + length),
    }
    at += INPUT_HEADER + Math.ceil(length / 8) * 8
  }
}

function configOf({ startNs, instruments }: Described): Market['config'] {
  const venue = instruments[0]?.venue ?? ''
  return {
    epoch: startNs,
    instruments: instruments.map(({ venue, symbol, priceScale, quantityScale, tick, lot }) => ({
      ...{ venue, symbol, priceScale, quantityScale, tick, lot },
    })),
    connections: [
      { name: 'stream', venue, kind: 'stream' },
      ...instruments.map(({ venue, symbol }) => ({
        ...{ name: `snapshot ${symbol}`, venue, kind: 'snapshot' as const, symbol },
      })),
    ],
  }
}

/** Writes a generated tape; returns its content hash. */
export function writeTape(core: CoreModule, path: string, choice: TapeChoice): string {
  const tool = core.openTool('generate', choice)
  const fd = openSync(path, 'w')
  try {
    for (;;) {
      const { result, bytes } = tool.call<{ done: { contentHash: string } | null }>('tape')
      writeSync(fd, bytes)
      if (result.done !== null) return result.done.contentHash
    }
  } finally {
    closeSync(fd)
    tool.close()
  }
}
