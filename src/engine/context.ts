import type { Instrument, InstrumentIndex } from '../domain/instrument.js'
import type { SessionNanos } from '../domain/time.js'
import { fail } from '../errors/tickwright-error.js'
import type { CoreMemory } from '../ports/core.js'
import { CtlLayout } from '../protocol/layout.js'
import type { CommandWriter } from './command-writer.js'
import type { EventView } from './event-view.js'
import { LabelCache } from './label-cache.js'
import type { MarketView } from './market-view.js'
import type { DeterministicMath } from './math.js'
import type { ParamValue } from './params.js'
import type { Context, RowView, Trigger } from './strategy.js'
import type { TriggerSpec } from './triggers.js'

/** What the contexts of all strategies share. */
export interface ContextShared {
  readonly memory: CoreMemory
  readonly instruments: readonly Instrument[]
  readonly markets: readonly MarketView[]
  /** Place of a feature in the row, by name. */
  readonly features: ReadonlyMap<string, number>
  readonly row: RowView
  readonly event: EventView
  readonly commands: CommandWriter
  readonly math: DeterministicMath
}

/** The one context of a strategy, handed to all its hooks. */
export class StrategyContext implements Context {
  /** Replaced by a restored one. */
  state: object
  readonly params: Readonly<Record<string, ParamValue>>
  readonly #shared: ContextShared
  readonly #ctl: Float64Array
  readonly #commands: CommandWriter
  readonly #timers: ReadonlyMap<string, number>
  readonly #labels = new LabelCache()

  constructor(
    shared: ContextShared,
    params: Readonly<Record<string, ParamValue>>,
    timers: readonly string[],
    state: object,
  ) {
    this.state = state
    this.params = params
    this.#shared = shared
    this.#ctl = shared.memory.ctl
    this.#commands = shared.commands
    this.#timers = new Map(timers.map((name, index) => [name, index]))
  }

  get now(): SessionNanos {
    return this.#ctl[CtlLayout.time] as SessionNanos
  }

  get instruments(): readonly Instrument[] {
    return this.#shared.instruments
  }

  get math(): DeterministicMath {
    return this.#shared.math
  }

  get row(): RowView {
    return this.#shared.row
  }

  get lastEvent(): EventView {
    return this.#shared.event
  }

  market(instrument?: InstrumentIndex): MarketView {
    const index = instrument ?? (this.#ctl[CtlLayout.instrument] as number)
    const market = this.#shared.markets[index]
    if (market !== undefined) return market
    throw fail(
      'E_STRATEGY_ARGUMENT',
      `market: there are instruments 0 to ${this.#shared.markets.length - 1}, not ${index}`,
    )
  }

  feature(name: string): number {
    const index = this.#shared.features.get(name)
    if (index !== undefined) return this.#shared.row.value(index)
    const known = [...this.#shared.features.keys()].join(', ')
    throw fail('E_STRATEGY_ARGUMENT', `feature: '${name}' is not in the row; there are: ${known}`)
  }

  note(label: string, value1?: number, value2?: number, value3?: number): void {
    const count = value3 !== undefined ? 3 : value2 !== undefined ? 2 : value1 !== undefined ? 1 : 0
    const bytes = this.#labels.encode(label)
    this.#commands.note(bytes, value1 ?? 0, value2 ?? 0, value3 ?? 0, count)
  }

  setTimer(name: string, delayNs: number, periodNs = 0): void {
    const timer = this.#timer(name)
    requireDuration('delayNs', delayNs)
    requireDuration('periodNs', periodNs)
    this.#commands.timer(timer, delayNs, periodNs)
  }

  clearTimer(name: string): void {
    this.#commands.timerClear(this.#timer(name))
  }

  #timer(name: string): number {
    const timer = this.#timers.get(name)
    if (timer !== undefined) return timer
    const known = [...this.#timers.keys()].join(', ')
    throw fail('E_STRATEGY_ARGUMENT', `timer '${name}' was not declared in 'timers': [${known}]`)
  }
}

/** The values of `ROW`, those that are not valid as `NaN`. */
export class FeatureRow implements RowView {
  readonly #ctl: Float64Array
  readonly #values: Float64Array
  readonly #mask: Uint8Array

  constructor(memory: CoreMemory) {
    this.#ctl = memory.ctl
    this.#values = memory.row
    this.#mask = memory.mask
  }

  get length(): number {
    return this.#ctl[CtlLayout.rowLength] as number
  }

  value(index: number): number {
    return this.isValid(index) ? (this.#values[index] as number) : Number.NaN
  }

  isValid(index: number): boolean {
    return index < this.length && this.#mask[index] === 1
  }
}

/** One trigger of a strategy; where it fired is read when it is asked for. */
export class FiredTrigger implements Trigger {
  readonly kind: TriggerSpec['kind']
  readonly index: number
  readonly name: string
  readonly #ctl: Float64Array

  constructor(spec: TriggerSpec, index: number, ctl: Float64Array) {
    this.kind = spec.kind
    this.index = index
    this.name = spec.name
    this.#ctl = ctl
  }

  get instrument(): InstrumentIndex {
    return this.#ctl[CtlLayout.instrument] as InstrumentIndex
  }
}

function requireDuration(argument: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return
  throw fail(
    'E_STRATEGY_ARGUMENT',
    `setTimer: '${argument}' must be whole nanoseconds, 0 or more, was ${value}`,
  )
}
