import { fail, invariant } from '../errors/tickwright-error.js'
import type { CoreMemory, CorePort, OpenResult } from '../ports/core.js'
import { CtlLayout } from '../protocol/layout.js'
import { type JsonValue, readCanonical, writeCanonical } from './canonical-json.js'
import { CommandWriter } from './command-writer.js'
import { type ContextShared, FeatureRow } from './context.js'
import { EventView } from './event-view.js'
import type { LoadedStrategy } from './loaded-strategy.js'
import { type BookQueries, MarketView } from './market-view.js'
import { createMath } from './math.js'
import { StrategySlot } from './strategy-slot.js'

/** Version of the document that `saveState` writes. */
const STATE_VERSION = 1

export interface EngineOptions {
  /** In the order in which they are called for one event. */
  readonly strategies: readonly LoadedStrategy[]
  readonly core: Pick<CorePort, 'memory' | 'math'> & BookQueries
  /** What the core's `open` said. */
  readonly opened: OpenResult
}

/**
 * The deciding half: takes a code from the core, calls the hook, leaves the commands in `CMD` for
 * `resume`. Knows neither driver; allocates nothing in `step`.
 */
export class Engine {
  /** Serves one code below 16. A bound function, so that both drivers hold the very same. */
  readonly step: (code: number) => void
  readonly #slots: readonly StrategySlot[]
  readonly #ctl: Float64Array
  readonly #commands: CommandWriter

  constructor({ strategies, core, opened }: EngineOptions) {
    this.#ctl = core.memory.ctl
    this.#commands = new CommandWriter(core.memory.cmd)
    const shared = share(core, opened, this.#commands)
    this.#slots = strategies.map((loaded) => new StrategySlot(loaded, shared))
    requireDistinct(this.#slots)
    this.step = (code) => this.#step(code)
  }

  /** Calls `onStart` of each strategy; the driver resumes the core to have the commands taken. */
  start(): void {
    this.#each((slot) => slot.start())
  }

  /** Calls `onStop` of each strategy; commands as for `start`. */
  stop(): void {
    this.#each((slot) => slot.stop())
  }

  /** The state of all strategies in its one spelling, for a checkpoint and its hash. */
  saveState(): string {
    const strategies = this.#slots.map((slot) => ({ name: slot.name, state: slot.checkedState() }))
    return writeCanonical({ version: STATE_VERSION, strategies })
  }

  /** Takes back what `saveState` gave, all of it or, on an error, nothing. */
  restoreState(text: string): void {
    const states = statesOf(readCanonical(text), this.#slots)
    const before = this.#slots.map((slot) => slot.checkedState())
    try {
      this.#restore(states)
    } catch (error) {
      this.#restore(before)
      throw error
    }
  }

  #restore(states: readonly JsonValue[]): void {
    this.#slots.forEach((slot, index) => {
      slot.restore(states[index] ?? null)
    })
  }

  #step(code: number): void {
    const index = this.#ctl[CtlLayout.strategy] as number
    const slot = this.#slots[index]
    if (slot === undefined) {
      throw invariant(`there are ${this.#slots.length} strategies, the core named ${index}`)
    }
    this.#begin()
    this.#commands.from(index)
    slot.dispatch(code)
    this.#ctl[CtlLayout.commandCount] = this.#commands.count
  }

  #each(call: (slot: StrategySlot) => void): void {
    this.#begin()
    this.#slots.forEach((slot, index) => {
      this.#commands.from(index)
      call(slot)
    })
    this.#ctl[CtlLayout.commandCount] = this.#commands.count
  }

  /** A step that throws leaves no command behind. */
  #begin(): void {
    this.#commands.begin(this.#ctl[CtlLayout.seq] as number)
    this.#ctl[CtlLayout.commandCount] = 0
  }
}

function share(
  core: EngineOptions['core'],
  opened: OpenResult,
  commands: CommandWriter,
): ContextShared {
  const memory: CoreMemory = core.memory
  const { instruments, viewStride, viewLevels } = opened
  const place = { view: memory.view, viewStride, viewLevels }
  return {
    memory,
    instruments,
    markets: instruments.map((instrument) => new MarketView(instrument, place, core)),
    features: new Map(opened.features.map((name, index) => [name, index])),
    row: new FeatureRow(memory),
    event: new EventView(memory.ev, memory.ctl, BigInt(opened.epochNs)),
    commands,
    math: createMath((fn, x, y) => core.math(fn, x, y)),
  }
}

function requireDistinct(slots: readonly StrategySlot[]): void {
  const names = slots.map((slot) => slot.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  throw fail('E_STRATEGY_DEFINITION', `strategy '${twice}' is there twice`)
}

/** The states in a saved document, which must be of these very strategies. */
function statesOf(document: JsonValue, slots: readonly StrategySlot[]): readonly JsonValue[] {
  const saved = document as { version?: JsonValue; strategies?: readonly JsonValue[] } | null
  if (saved?.version !== STATE_VERSION || !Array.isArray(saved.strategies)) {
    throw fail('E_STATE_TEXT', `state is not a document of version ${STATE_VERSION}`)
  }
  const entries = saved.strategies as readonly { name?: JsonValue; state?: JsonValue }[]
  const [theirs, ours] = [entries.map((entry) => entry?.name), slots.map((slot) => slot.name)]
  if (theirs.join() !== ours.join()) {
    throw fail('E_STRATEGY_RESTORE', `checkpoint of [${theirs}], session of [${ours}]`)
  }
  return entries.map((entry) => entry.state ?? null)
}
