import type { Instrument, InstrumentIndex } from '../../src/domain/instrument.js'
import type { LoadedStrategy } from '../../src/engine/loaded-strategy.js'
import { type ParamValue, resolveParams } from '../../src/engine/params.js'
import type { Strategy } from '../../src/engine/strategy.js'
import type { CoreMemory, CorePort, OpenResult } from '../../src/ports/core.js'
import {
  COMMAND_HEADER_SIZE,
  CommandHeaderLayout,
  CTL_SIZE,
  CtlLayout,
  ENTRY_SIZE,
  EVENT_HEADER_SIZE,
  EventHeaderLayout,
  INSTRUMENT_VIEW_SIZE,
  InstrumentViewLayout,
} from '../../src/protocol/layout.js'

const VIEW_LEVELS = 3
const VIEW_STRIDE = INSTRUMENT_VIEW_SIZE + 2 * 2 * VIEW_LEVELS
const ENTRIES = 8
const EPOCH_NS = 1_723_100_000_123_456_789n

export interface CommandRecord {
  readonly kind: number
  readonly strategy: number
  readonly causeSeq: number
  readonly values: readonly number[]
  readonly payload: string
}

/** Memory laid out as the real core has it, to be filled by a test. */
export class FakeCore
  implements Pick<CorePort, 'memory' | 'level' | 'quantityAhead' | 'ordersAhead' | 'math'>
{
  readonly memory: CoreMemory
  readonly opened: OpenResult

  constructor(cmdBytes = 4_096) {
    this.memory = {
      ctl: new Float64Array(CTL_SIZE),
      in: new Uint8Array(0),
      ev: new Uint8Array(EVENT_HEADER_SIZE + ENTRIES * ENTRY_SIZE),
      view: new Float64Array(2 * VIEW_STRIDE).fill(-1),
      row: new Float64Array(4),
      mask: new Uint8Array(4),
      cmd: new Uint8Array(cmdBytes),
      out: new Uint8Array(0),
    }
    this.opened = {
      instruments: [
        instrument(0, 'binance-usdm', 'BTCUSDT', 2, 3),
        instrument(1, 'binance', 'ETHUSDT', 1, 8),
      ],
      viewStride: VIEW_STRIDE,
      viewLevels: VIEW_LEVELS,
      features: ['touchImbalance', 'spread'],
      featureSetHash: null,
      epochNs: String(EPOCH_NS),
    }
  }

  level(_instrument: number, _side: number, price: number): number {
    return price * 2
  }

  quantityAhead(instrument: number, orderId: number): number {
    return instrument * 1_000 + orderId
  }

  ordersAhead(instrument: number, orderId: number): number {
    return instrument * 1_000 - orderId
  }

  math(fn: number, x: number, y: number): number {
    return fn * 1_000 + x * 10 + y
  }

  setCtl(fields: Partial<Record<keyof typeof CtlLayout, number>>): void {
    for (const [field, value] of Object.entries(fields)) {
      this.memory.ctl[CtlLayout[field as keyof typeof CtlLayout]] = value
    }
  }

  setView(index: number, fields: Partial<Record<keyof typeof InstrumentViewLayout, number>>): void {
    for (const [field, value] of Object.entries(fields)) {
      const at = InstrumentViewLayout[field as keyof typeof InstrumentViewLayout]
      this.memory.view[index * VIEW_STRIDE + at] = value
    }
  }

  /** `place` counts the bids, best first, then the asks. */
  setLevel(index: number, place: number, price: number, quantity: number): void {
    const at = index * VIEW_STRIDE + INSTRUMENT_VIEW_SIZE + place * 2
    this.memory.view.set([price, quantity], at)
  }

  setEvent(event: FakeEvent): void {
    const data = new DataView(this.memory.ev.buffer)
    data.setBigInt64(EventHeaderLayout.tsRecv, EPOCH_NS + BigInt(event.tsRecv), true)
    data.setBigInt64(EventHeaderLayout.tsEvent, EPOCH_NS + BigInt(event.tsEvent), true)
    data.setUint32(EventHeaderLayout.bids, event.bids.length, true)
    data.setUint32(EventHeaderLayout.asks, event.asks.length, true)
    data.setUint32(EventHeaderLayout.instrument, event.instrument, true)
    data.setUint8(EventHeaderLayout.kind, event.kind)
    data.setBigUint64(EventHeaderLayout.aux, event.aux ?? 0n, true)
    data.setUint8(EventHeaderLayout.flags, event.flags)
    const entries = [...event.bids, ...event.asks]
    entries.forEach(([price, quantity], index) => {
      const at = EVENT_HEADER_SIZE + index * ENTRY_SIZE
      data.setBigInt64(at, BigInt(price), true)
      data.setBigInt64(at + 8, BigInt(quantity), true)
    })
    this.setCtl({ entryCount: entries.length })
  }

  /** The commands that the last step wrote, as the core would read them. */
  commands(): CommandRecord[] {
    const { cmd, ctl } = this.memory
    const data = new DataView(cmd.buffer)
    const records: CommandRecord[] = []
    let at = 0
    for (let left = ctl[CtlLayout.commandCount] as number; left > 0; left -= 1) {
      const length = data.getUint32(at + CommandHeaderLayout.payload, true)
      const start = at + COMMAND_HEADER_SIZE
      const { a, b, c, d } = CommandHeaderLayout
      records.push({
        kind: data.getUint32(at + CommandHeaderLayout.kind, true),
        strategy: data.getUint32(at + CommandHeaderLayout.strategy, true),
        causeSeq: data.getFloat64(at + CommandHeaderLayout.causeSeq, true),
        values: [a, b, c, d].map((field) => data.getFloat64(at + field, true)),
        payload: new TextDecoder().decode(cmd.subarray(start, start + length)),
      })
      at = start + Math.ceil(length / 8) * 8
    }
    return records
  }
}

export interface FakeEvent {
  readonly kind: number
  readonly flags: number
  readonly instrument: number
  readonly aux?: bigint
  /** From the epoch. */
  readonly tsRecv: number
  readonly tsEvent: number
  readonly bids: readonly (readonly [number, number])[]
  readonly asks: readonly (readonly [number, number])[]
}

function instrument(
  index: number,
  venue: string,
  symbol: string,
  priceScale: number,
  quantityScale: number,
): Instrument {
  const version = { fromEvent: 0, tick: 10, lot: 1, inferred: false }
  return {
    index: index as InstrumentIndex,
    name: `${venue}:${symbol}`,
    venue,
    symbol,
    priceScale,
    quantityScale,
    tick: version.tick,
    lot: version.lot,
    versions: [version],
  }
}

/** A strategy as the loader would hand it over, without a file behind it. */
export function loaded(
  strategy: Strategy,
  params: Readonly<Record<string, ParamValue>> = {},
): LoadedStrategy {
  return {
    strategy,
    params: resolveParams(strategy.name, strategy.params ?? {}, params),
    sourceHash: '',
    locate: () => 'strategy.ts:1:1',
  }
}
