import type { Branded } from './units.js'

/** Dense small integer for look-up; never persisted, for it differs from session to session. */
export type InstrumentIndex = Branded<'InstrumentIndex'>

/** Steps of an instrument from one event on. They bind our orders; prints may lie off them. */
export interface InstrumentVersion {
  /** First event ordinal to which this version applies. */
  readonly fromEvent: number
  /** Smallest price step, price units. */
  readonly tick: number
  /** Smallest quantity step, quantity units. */
  readonly lot: number
  /** Found as a greatest common divisor, not told by the venue. */
  readonly inferred: boolean
}

/** A tradable thing on one venue. */
export interface Instrument {
  readonly index: InstrumentIndex
  /** `'binance-usdm:BTCUSDT'`: the stable name. */
  readonly name: string
  readonly venue: string
  /** The venue's own spelling. */
  readonly symbol: string
  /** Decimal digits of a price unit. */
  readonly priceScale: number
  /** Decimal digits of a quantity unit. */
  readonly quantityScale: number
  /** Price step now in force, price units. */
  readonly tick: number
  /** Quantity step now in force, quantity units. */
  readonly lot: number
  /** By rising `fromEvent`; the first from event 0. */
  readonly versions: readonly InstrumentVersion[]
}
