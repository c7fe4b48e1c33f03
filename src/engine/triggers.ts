import type { Instrument } from '../domain/instrument.js'
import { fail } from '../errors/tickwright-error.js'
import type { CoreTrigger } from '../ports/core.js'

export type TriggerKindName = CoreTrigger['kind']

/** A condition on which the core hands control to the strategy. Made by the functions below. */
export interface TriggerSpec extends Omit<CoreTrigger, 'minimumProof'> {
  /** What the strategy calls it; the kind where it gave no name. */
  readonly name: string
}

export interface TriggerOptions {
  /** An instrument, its name, or `*` (the default) for each of them. */
  readonly instrument?: Instrument | string
  /** Comes back as `trigger.name`. */
  readonly name?: string
}

export interface ThresholdOptions extends TriggerOptions {
  /** Fires when the feature rises above this. */
  readonly above?: number
  /** Fires when the feature falls below this. */
  readonly below?: number
}

/** Every `periodNs` of engine time, whether anything happened or not. */
export function every(periodNs: number, options: TriggerOptions = {}): TriggerSpec {
  return spec('cadence', options, { periodNs: positive('every', 'periodNs', periodNs) })
}

/** When a feature crosses a bound: once, until it has been back and crosses it again. */
export function threshold(feature: string, options: ThresholdOptions): TriggerSpec {
  const { above, below } = options
  if (above === undefined && below === undefined) {
    throw fail('E_STRATEGY_DEFINITION', "threshold: 'above' or 'below' must be given")
  }
  const bounds = {
    ...(above === undefined ? {} : { above: finite('above', above) }),
    ...(below === undefined ? {} : { below: finite('below', below) }),
  }
  return spec('threshold', options, { feature, ...bounds })
}

/** When price or quantity of a best level has changed. */
export function onQuoteChange(options: TriggerOptions = {}): TriggerSpec {
  return spec('quoteChange', options)
}

/** At every trade. */
export function onTrade(options: TriggerOptions = {}): TriggerSpec {
  return spec('trade', options)
}

/** At every `count`-th event of the instrument. */
export function onEvents(count: number, options: TriggerOptions = {}): TriggerSpec {
  return spec('events', options, { events: positive('onEvents', 'count', count) })
}

/** When a book has become unknown until its next snapshot. */
export function onBookReset(options: TriggerOptions = {}): TriggerSpec {
  return spec('reset', options)
}

function spec(
  kind: TriggerKindName,
  options: TriggerOptions,
  more: Omit<CoreTrigger, 'kind' | 'instrument' | 'minimumProof'> = {},
): TriggerSpec {
  const { instrument = '*', name = kind } = options
  const instrumentName = typeof instrument === 'string' ? instrument : instrument.name
  return Object.freeze({ kind, instrument: instrumentName, name, ...more })
}

function positive(call: string, argument: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw fail(
    'E_STRATEGY_DEFINITION',
    `${call}: '${argument}' must be a whole number above 0, was ${value}`,
  )
}

function finite(argument: string, value: number): number {
  if (Number.isFinite(value)) return value
  throw fail('E_STRATEGY_DEFINITION', `threshold: '${argument}' must be finite, was ${value}`)
}
