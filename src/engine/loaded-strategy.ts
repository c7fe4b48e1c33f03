import type { Instrument } from '../domain/instrument.js'
import type { CoreStrategy } from '../ports/core.js'
import type { ParamValue } from './params.js'
import type { Strategy } from './strategy.js'
import type { TriggerSpec } from './triggers.js'

/** A strategy that is ready to run: checked, with its parameters filled in. */
export interface LoadedStrategy {
  readonly strategy: Strategy
  readonly params: Readonly<Record<string, ParamValue>>
  /** SHA-256 over its modules, for the manifest. */
  readonly sourceHash: string
  /** Rewrites an error's stack to the lines of the user's files; returns the first of them. */
  locate(error: unknown): string
}

/** The triggers of a strategy on these instruments; the engine and the core number them alike. */
export function triggersOf(
  { strategy, params }: LoadedStrategy,
  instruments: readonly Instrument[],
): readonly TriggerSpec[] {
  return strategy.triggers?.(params, instruments) ?? []
}

/** A strategy as the core's configuration has it. */
export function coreStrategy(
  loaded: LoadedStrategy,
  instruments: readonly Instrument[],
): CoreStrategy {
  const { name, timers = [], minimumProof = 'sequence' } = loaded.strategy
  const triggers = triggersOf(loaded, instruments).map(({ name: _, ...trigger }) => ({
    ...trigger,
    minimumProof,
  }))
  return { name, timers, triggers }
}
