/** What a strategy imports from 'tickwright'. */
export type { Instrument, InstrumentIndex, InstrumentVersion } from './domain/instrument.js'
export type { MinimumProof, Proof } from './domain/proof.js'
export { type Aggressor, Side } from './domain/side.js'
export { HOUR, MINUTE, MS, SECOND, type SessionNanos, US } from './domain/time.js'
export { formatUnits, type PriceUnits, type QuantityUnits } from './domain/units.js'
export type { EventView } from './engine/event-view.js'
export type { LevelView, MarketView } from './engine/market-view.js'
export type { DeterministicMath } from './engine/math.js'
export type { ParamSpec, ParamSpecs, ParamValue, ParamValues } from './engine/params.js'
export {
  type Context,
  defineStrategy,
  type RowView,
  type Strategy,
  type StrategyDefinition,
  type Trigger,
} from './engine/strategy.js'
export {
  every,
  onBookReset,
  onEvents,
  onQuoteChange,
  onTrade,
  type ThresholdOptions,
  type TriggerKindName,
  type TriggerOptions,
  type TriggerSpec,
  threshold,
} from './engine/triggers.js'
export { EventFlag } from './protocol/layout.js'
