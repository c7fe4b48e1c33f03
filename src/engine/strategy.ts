import type { Instrument, InstrumentIndex } from '../domain/instrument.js'
import type { MinimumProof } from '../domain/proof.js'
import type { SessionNanos } from '../domain/time.js'
import type { EventView } from './event-view.js'
import type { MarketView } from './market-view.js'
import type { DeterministicMath } from './math.js'
import type { ParamSpecs, ParamValues } from './params.js'
import type { TriggerKindName, TriggerSpec } from './triggers.js'

/** The trigger that fired. The object is reused: take from it what is to be kept. */
export interface Trigger {
  readonly kind: TriggerKindName
  /** Place in the list that `triggers` returned. */
  readonly index: number
  readonly name: string
  /** Where it fired. */
  readonly instrument: InstrumentIndex
}

/** The values of a feature row, as handed over with the trigger. */
export interface RowView {
  readonly length: number
  /** `NaN` where the value is not valid, or not there. */
  value(index: number): number
  isValid(index: number): boolean
}

/**
 * All that a strategy sees and can do in a hook. Views read the core's memory as it is now; they
 * are reused, so numbers are to be kept, not views.
 */
export interface Context<
  State extends object = object,
  Params extends ParamSpecs = ParamSpecs,
  Timer extends string = string,
> {
  /** Engine time: the stamp of the input in hand. Never goes back. */
  readonly now: SessionNanos
  /** What `state` declared: the only place to remember anything. */
  readonly state: State
  readonly params: ParamValues<Params>
  readonly instruments: readonly Instrument[]
  /** The same as `Math` in a strategy's file. */
  readonly math: DeterministicMath
  readonly row: RowView
  /** The last market event that was applied; of kind `none` before the first. */
  readonly lastEvent: EventView

  /** The market of an instrument; without one, of that which the hook is about. */
  market(instrument?: InstrumentIndex): MarketView
  /** A value of the feature row by name; `NaN` where it is not valid. */
  feature(name: string): number
  /** Records up to three numbers under a name, as part of the decisions and their digest. */
  note(label: string, value1?: number, value2?: number, value3?: number): void
  /** Calls `onTimer` after `delayNs`, then every `periodNs` where given. Replaces what was set. */
  setTimer(name: Timer, delayNs: number, periodNs?: number): void
  clearTimer(name: Timer): void
}

/**
 * A strategy, as `defineStrategy` takes it. Hooks are synchronous and pure: what they do may depend
 * on the context alone. They are called in the order of events, with the book as it is at the
 * event's end.
 */
export interface StrategyDefinition<
  State extends object = object,
  Params extends ParamSpecs = ParamSpecs,
  Timer extends string = string,
> {
  /** Lower case with dashes; part of the digest. */
  readonly name: string
  readonly description?: string
  /**
   * Triggers that tell of a book are held while it is proven to less than this; cadences, timers
   * and `onBook` are not. `sequence` where absent.
   */
  readonly minimumProof?: MinimumProof
  readonly params?: Params
  readonly timers?: readonly Timer[]
  /**
   * The initial state: plain JSON (numbers may be NaN or infinite). Its fields are the declaration:
   * none may be added or lost. `{}` is open to any key, null to any value.
   */
  state?(params: ParamValues<Params>): State
  triggers?(params: ParamValues<Params>, instruments: readonly Instrument[]): readonly TriggerSpec[]

  onStart?(ctx: Context<State, Params, Timer>): void
  onTrigger?(ctx: Context<State, Params, Timer>, trigger: Trigger): void
  onTimer?(ctx: Context<State, Params, Timer>, name: Timer): void
  /** The proof of a book has changed: `ctx.market(instrument).proof` and `proofReason`. */
  onBook?(ctx: Context<State, Params, Timer>, instrument: InstrumentIndex): void
  /** The venue has changed the trading status of an instrument. */
  onStatus?(ctx: Context<State, Params, Timer>, instrument: InstrumentIndex): void
  /** An operator has acted. */
  onAct?(ctx: Context<State, Params, Timer>): void
  onStop?(ctx: Context<State, Params, Timer>): void
}

/** Carries the mark across copies of this module. */
const mark = Symbol.for('tickwright.strategy')

/** A checked definition: what a strategy's file exports as its default. */
export interface Strategy<
  State extends object = object,
  Params extends ParamSpecs = ParamSpecs,
  Timer extends string = string,
> extends StrategyDefinition<State, Params, Timer> {
  readonly [mark]: true
}

/**
 * Declares a strategy; types of state, parameters and timers are taken from the declaration.
 *
 * ```ts
 * export default defineStrategy({
 *   name: 'spread-watch',
 *   params: { widest: { default: 5, min: 0, description: 'price units' } },
 *   state: () => ({ seen: 0 }),
 *   triggers: () => [onQuoteChange({ instrument: 'binance:BTCUSDT' })],
 *   onTrigger(ctx) {
 *     const { spread } = ctx.market()
 *     if (!(spread > ctx.params.widest)) return
 *     ctx.state.seen += 1
 *     ctx.note('wide', spread, ctx.state.seen)
 *   },
 * })
 * ```
 */
export function defineStrategy<
  State extends object = Record<string, never>,
  const Params extends ParamSpecs = Record<never, never>,
  const Timer extends string = never,
>(definition: StrategyDefinition<State, Params, Timer>): Strategy<State, Params, Timer> {
  return Object.freeze({ ...definition, [mark]: true as const })
}

export function isStrategy(value: unknown): value is Strategy {
  return typeof value === 'object' && value !== null && mark in value
}
