import type { InstrumentIndex } from '../domain/instrument.js'
import { fail, invariant, TickwrightError } from '../errors/tickwright-error.js'
import { Code, CtlLayout, codeNames } from '../protocol/layout.js'
import type { JsonValue } from './canonical-json.js'
import { type ContextShared, FiredTrigger, StrategyContext } from './context.js'
import { type LoadedStrategy, triggersOf } from './loaded-strategy.js'
import { StateGuard, type StateObject } from './state.js'
import type { Strategy } from './strategy.js'

/** One strategy in the engine: its context, its triggers, its state. */
export class StrategySlot {
  readonly name: string
  readonly #loaded: LoadedStrategy
  readonly #hooks: Strategy
  readonly #ctl: Float64Array
  readonly #context: StrategyContext
  readonly #triggers: readonly FiredTrigger[]
  readonly #timers: readonly string[]
  readonly #guard: StateGuard

  constructor(loaded: LoadedStrategy, shared: ContextShared) {
    const { strategy, params } = loaded
    const { ctl } = shared.memory
    this.name = strategy.name
    this.#loaded = loaded
    this.#hooks = strategy
    this.#ctl = ctl
    this.#timers = strategy.timers ?? []
    const specs = this.#guarded('triggers', () => triggersOf(loaded, shared.instruments))
    this.#triggers = specs.map((spec, index) => new FiredTrigger(spec, index, ctl))
    const state = this.#guarded('state', () => strategy.state?.(params) ?? {})
    this.#guard = new StateGuard(this.name, state)
    this.#guard.seal(state)
    this.#context = new StrategyContext(shared, params, this.#timers, state)
  }

  /** Calls the hook of a code. */
  dispatch(code: number): void {
    try {
      this.#call(code)
    } catch (error) {
      throw this.#blame(hookOf(code), error)
    }
  }

  start(): void {
    this.#guarded('onStart', () => this.#hooks.onStart?.(this.#context))
    this.checkedState()
  }

  stop(): void {
    this.#guarded('onStop', () => this.#hooks.onStop?.(this.#context))
  }

  /** The state, which has the declared shape: else `E_STRATEGY_STATE`. */
  checkedState(): StateObject {
    return this.#guard.check(this.#context.state)
  }

  restore(state: JsonValue): void {
    const checked = this.#guard.check(state)
    this.#guard.seal(checked)
    this.#context.state = checked
  }

  #call(code: number): void {
    const hooks = this.#hooks
    switch (code) {
      case Code.Trigger:
        hooks.onTrigger?.(this.#context, this.#fired())
        return
      case Code.Timer:
        hooks.onTimer?.(this.#context, this.#timer())
        return
      case Code.Book:
        hooks.onBook?.(this.#context, this.#instrument())
        return
      case Code.Status:
        hooks.onStatus?.(this.#context, this.#instrument())
        return
      case Code.Act:
        hooks.onAct?.(this.#context)
        return
      default:
        throw invariant(`the engine has no hook for code ${code} (${codeNames[code] ?? 'unknown'})`)
    }
  }

  #fired(): FiredTrigger {
    const index = this.#ctl[CtlLayout.trigger] as number
    return this.#triggers[index] ?? this.#outside('trigger', index, this.#triggers.length)
  }

  #timer(): string {
    const index = this.#ctl[CtlLayout.timer] as number
    return this.#timers[index] ?? this.#outside('timer', index, this.#timers.length)
  }

  #instrument(): InstrumentIndex {
    return this.#ctl[CtlLayout.instrument] as InstrumentIndex
  }

  #outside(what: string, index: number, length: number): never {
    throw invariant(`strategy '${this.name}' has ${length} of ${what}, the core named ${index}`)
  }

  #guarded<Result>(hook: string, call: () => Result): Result {
    try {
      return call()
    } catch (error) {
      throw this.#blame(hook, error)
    }
  }

  /** Adds to an error which strategy, hook and line of the user's file it came from. */
  #blame(hook: string, error: unknown): TickwrightError {
    if (error instanceof TickwrightError) {
      return error.category === 'usage' ? error.placed(this.#loaded.locate(error)) : error
    }
    const at = this.#loaded.locate(error)
    const seen = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    const message = `strategy '${this.name}' threw in ${hook}: ${seen}`
    return fail('E_STRATEGY_THREW', message, { at, cause: error })
  }
}

/** `onTrigger` of `Code.Trigger`. */
function hookOf(code: number): string {
  const name = codeNames[code] ?? `code ${code}`
  return `on${name.charAt(0).toUpperCase()}${name.slice(1)}`
}
