import type { Instrument } from '../domain/instrument.js'
import { type Proof, proofNames } from '../domain/proof.js'
import { type Aggressor, aggressorOf, type Side } from '../domain/side.js'
import type { SessionNanos } from '../domain/time.js'
import { formatUnits, type PriceUnits, type QuantityUnits, unitDivisor } from '../domain/units.js'
import { fail } from '../errors/tickwright-error.js'
import {
  InstrumentViewLayout as Field,
  INSTRUMENT_VIEW_SIZE,
  proofReasonNames,
} from '../protocol/layout.js'

/** The price that stands for "no such level" in shared memory; strategies see `NaN`. */
const NO_PRICE = -1
const NO_SIDE = -1
const NUMBERS_PER_LEVEL = 2

/** One level of a book, read in place; `NaN` in both where there is none. */
export interface LevelView {
  readonly price: PriceUnits
  readonly quantity: QuantityUnits
}

/** What the core answers about its whole book. */
export interface BookQueries {
  level(instrument: number, side: number, price: number): number
  quantityAhead(instrument: number, orderId: number): number
  ordersAhead(instrument: number, orderId: number): number
}

/** Where an instrument lies in shared memory. */
export interface ViewPlace {
  readonly view: Float64Array
  readonly viewStride: number
  readonly viewLevels: number
}

class Level implements LevelView {
  readonly #view: Float64Array
  readonly #at: number

  constructor(view: Float64Array, at: number) {
    this.#view = view
    this.#at = at
  }

  get price(): PriceUnits {
    return priceOrNaN(this.#view[this.#at])
  }

  get quantity(): QuantityUnits {
    const there = this.#view[this.#at] !== NO_PRICE
    return (there ? this.#view[this.#at + 1] : Number.NaN) as QuantityUnits
  }
}

/**
 * An instrument's book and last trade as they are now. Prices and quantities are whole numbers of
 * units, `NaN` where there is none, so that a comparison with them is false.
 */
export class MarketView {
  readonly instrument: Instrument
  readonly #view: Float64Array
  readonly #at: number
  readonly #bids: readonly Level[]
  readonly #asks: readonly Level[]
  readonly #priceDivisor: number
  readonly #quantityDivisor: number
  readonly #book: BookQueries

  constructor(instrument: Instrument, place: ViewPlace, book: BookQueries) {
    const { view, viewStride, viewLevels } = place
    this.instrument = instrument
    this.#view = view
    this.#at = instrument.index * viewStride
    const level = (index: number): Level =>
      new Level(view, this.#at + INSTRUMENT_VIEW_SIZE + index * NUMBERS_PER_LEVEL)
    this.#bids = Array.from({ length: viewLevels }, (_, index) => level(index))
    this.#asks = Array.from({ length: viewLevels }, (_, index) => level(viewLevels + index))
    this.#priceDivisor = unitDivisor(instrument.priceScale)
    this.#quantityDivisor = unitDivisor(instrument.quantityScale)
    this.#book = book
  }

  get bidPrice(): PriceUnits {
    return priceOrNaN(this.#view[this.#at + Field.bidPrice])
  }

  get bidQuantity(): QuantityUnits {
    return this.#quantity(Field.bidPrice, Field.bidQuantity)
  }

  get askPrice(): PriceUnits {
    return priceOrNaN(this.#view[this.#at + Field.askPrice])
  }

  get askQuantity(): QuantityUnits {
    return this.#quantity(Field.askPrice, Field.askQuantity)
  }

  /**
   * (bid quantity − ask quantity) / their sum at the touch, −1 to 1; `NaN` where a side is empty.
   */
  get imbalance(): number {
    return this.#view[this.#at + Field.imbalance] as number
  }

  /** Mean of the best prices in price units: a whole number or a half. */
  get mid(): number {
    return (this.bidPrice + this.askPrice) / 2
  }

  /** Best ask − best bid in price units. */
  get spread(): PriceUnits {
    return (this.askPrice - this.bidPrice) as PriceUnits
  }

  /** Number of levels of the whole book's side. */
  get bidLevels(): number {
    return this.#view[this.#at + Field.bidLevels] as number
  }

  get askLevels(): number {
    return this.#view[this.#at + Field.askLevels] as number
  }

  /** How far the book is proven now. */
  get proof(): Proof {
    return proofNames[this.#view[this.#at + Field.proofLevel] as number] ?? 'unproven'
  }

  /** Why it is not proven further: `none`, `gap`, `noSnapshot`, … */
  get proofReason(): string {
    return proofReasonNames[this.#view[this.#at + Field.proofReason] as number] ?? 'none'
  }

  /** Whether a snapshot and the updates have been spliced: before that there is no book. */
  get isJoined(): boolean {
    return this.#view[this.#at + Field.joined] !== 0
  }

  /** The venue's sequence number of the last update. */
  get venueSeq(): number {
    return this.#view[this.#at + Field.sequence] as number
  }

  /** The venue's time of the last event. */
  get tsEvent(): SessionNanos {
    return this.#view[this.#at + Field.tsEvent] as SessionNanos
  }

  /** Our time of the last event. */
  get tsRecv(): SessionNanos {
    return this.#view[this.#at + Field.tsRecv] as SessionNanos
  }

  get lastPrice(): PriceUnits {
    return priceOrNaN(this.#view[this.#at + Field.lastPrice])
  }

  get lastQuantity(): QuantityUnits {
    return this.#quantity(Field.lastPrice, Field.lastQuantity)
  }

  /** Aggressor of the last trade; undefined before the first and where the venue does not tell. */
  get lastAggressor(): Aggressor | undefined {
    const side = this.#view[this.#at + Field.lastSide] as Side | typeof NO_SIDE
    if (this.#view[this.#at + Field.lastPrice] === NO_PRICE || side === NO_SIDE) return undefined
    return aggressorOf(side)
  }

  /**
   * The bid at a place, best first; `Condition failed` beyond the levels that the session shows.
   */
  bid(index: number): LevelView {
    return this.#bids[index] ?? this.#noLevel(index)
  }

  ask(index: number): LevelView {
    return this.#asks[index] ?? this.#noLevel(index)
  }

  /** Quantity at any price of the whole book, 0 where there is no such level. */
  quantityAt(side: Side, price: PriceUnits): QuantityUnits {
    return this.#book.level(this.instrument.index, side, price) as QuantityUnits
  }

  /**
   * Quantity that waits in front of an order at its price, where the venue tells every order: 0 first
   * in line, `NaN` where it does not rest or its id lies beyond 2^53.
   */
  quantityAhead(orderId: number): QuantityUnits {
    return this.#book.quantityAhead(this.instrument.index, orderId) as QuantityUnits
  }

  /** Orders in front of an order, as `quantityAhead`. */
  ordersAhead(orderId: number): number {
    return this.#book.ordersAhead(this.instrument.index, orderId)
  }

  /** A price as the number that its decimal spelling denotes: for features, not for comparisons. */
  price(units: number): number {
    return units / this.#priceDivisor
  }

  quantity(units: number): number {
    return units / this.#quantityDivisor
  }

  /** Exact decimal spelling of a price. */
  formatPrice(units: PriceUnits): string {
    return formatUnits(units, this.instrument.priceScale)
  }

  formatQuantity(units: QuantityUnits): string {
    return formatUnits(units, this.instrument.quantityScale)
  }

  #quantity(priceField: number, quantityField: number): QuantityUnits {
    const there = this.#view[this.#at + priceField] !== NO_PRICE
    return (there ? this.#view[this.#at + quantityField] : Number.NaN) as QuantityUnits
  }

  #noLevel(index: number): never {
    throw fail(
      'E_STRATEGY_ARGUMENT',
      `Condition failed: level must be 0 to ${this.#bids.length - 1}, was ${index}`,
      { hint: 'use quantityAt(side, price), or open the session with more view levels' },
    )
  }
}

function priceOrNaN(price: number | undefined): PriceUnits {
  return (price === NO_PRICE ? Number.NaN : price) as PriceUnits
}
