import type { InstrumentIndex } from '../domain/instrument.js'
import { type Aggressor, aggressorOf, Side } from '../domain/side.js'
import type { SessionNanos } from '../domain/time.js'
import type { PriceUnits, QuantityUnits } from '../domain/units.js'
import { fail } from '../errors/tickwright-error.js'
import {
  CtlLayout,
  ENTRY_SIZE,
  EntryLayout,
  EVENT_HEADER_SIZE,
  EventFlag,
  EventHeaderLayout as Header,
  Kind,
  kindNames,
} from '../protocol/layout.js'

const WORD = 4
const HIGH_WORD = 4_294_967_296

/**
 * The last event that was applied, read in place when it is asked for. Entries are the bids, then
 * the asks; a trade has one, on the aggressor's side, a best quote one on each side, an order event
 * one on the side of the order that rests.
 */
export class EventView {
  readonly #bytes: DataView
  readonly #ctl: Float64Array
  readonly #epochHigh: number
  readonly #epochLow: number

  constructor(ev: Uint8Array, ctl: Float64Array, epochNs: bigint) {
    this.#bytes = new DataView(ev.buffer, ev.byteOffset, ev.byteLength)
    this.#ctl = ctl
    this.#epochHigh = Number(epochNs >> 32n)
    this.#epochLow = Number(BigInt.asUintN(32, epochNs))
  }

  /** `depth`, `snapshot`, `quote`, `trade`, …; `none` before the first event. */
  get kind(): string {
    return kindNames[this.#bytes.getUint8(Header.kind)] ?? 'none'
  }

  get instrument(): InstrumentIndex {
    return this.#bytes.getUint32(Header.instrument, true) as InstrumentIndex
  }

  get tsRecv(): SessionNanos {
    return this.#time(Header.tsRecv)
  }

  /** The venue's stamp; `NaN` where it sent none. */
  get tsEvent(): SessionNanos {
    if (this.hasFlag(EventFlag.NoEventTime)) return Number.NaN as SessionNanos
    return this.#time(Header.tsEvent)
  }

  get bidCount(): number {
    return this.#bytes.getUint32(Header.bids, true)
  }

  get askCount(): number {
    return this.#bytes.getUint32(Header.asks, true)
  }

  /**
   * Entries that were handed over: bids and asks together, or fewer where the event is larger than
   * the window.
   */
  get entryCount(): number {
    return this.#ctl[CtlLayout.entryCount] as number
  }

  /** Side of a trade's aggressor; undefined for other kinds and where the venue does not say. */
  get aggressor(): Aggressor | undefined {
    if (this.kind !== 'trade' || this.bidCount + this.askCount === 0) return undefined
    if (this.hasFlag(EventFlag.NoSide)) return undefined
    return aggressorOf(this.bidCount > 0 ? Side.Bid : Side.Ask)
  }

  /**
   * Of an order event (`orderAdd`, `orderModify`, `orderCancel`, `orderExecute`): which order. `NaN`
   * for other kinds, and for an id beyond 2^53, which a number cannot name.
   */
  get orderId(): number {
    const kind = this.#bytes.getUint8(Header.kind)
    if (kind < Kind.OrderAdd || kind > Kind.OrderExecute) return Number.NaN
    const high = this.#bytes.getUint32(Header.aux + WORD, true)
    const id = high * HIGH_WORD + this.#bytes.getUint32(Header.aux, true)
    return Number.isSafeInteger(id) ? id : Number.NaN
  }

  hasFlag(flag: EventFlag): boolean {
    return (this.#bytes.getUint8(Header.flags) & flag) !== 0
  }

  side(index: number): Side {
    return index < this.bidCount ? Side.Bid : Side.Ask
  }

  price(index: number): PriceUnits {
    return this.#int64(this.#entry(index) + EntryLayout.price) as PriceUnits
  }

  /**
   * In depth updates absolute: 0 removes the level. Of an order event what is left of the order, of
   * an execution what was executed.
   */
  quantity(index: number): QuantityUnits {
    return this.#int64(this.#entry(index) + EntryLayout.quantity) as QuantityUnits
  }

  #entry(index: number): number {
    if (index >= 0 && index < this.entryCount) return EVENT_HEADER_SIZE + index * ENTRY_SIZE
    throw fail(
      'E_STRATEGY_ARGUMENT',
      `Condition failed: entry must be below ${this.entryCount}, was ${index}`,
    )
  }

  /** Exact up to 2^53, beyond which the core refuses values. */
  #int64(at: number): number {
    return this.#bytes.getInt32(at + WORD, true) * HIGH_WORD + this.#bytes.getUint32(at, true)
  }

  /** Subtracts the epoch word by word, for neither stamp alone fits a double. */
  #time(at: number): SessionNanos {
    const high = this.#bytes.getInt32(at + WORD, true) - this.#epochHigh
    const low = this.#bytes.getUint32(at, true) - this.#epochLow
    return (high * HIGH_WORD + low) as SessionNanos
  }
}
