import type { Instrument } from '../domain/instrument.js'
import { coreStrategy, type LoadedStrategy } from '../engine/loaded-strategy.js'
import type { CoreModule, CoreStrategy } from '../ports/core.js'
import { loadStrategy } from './strategy-loader/load-strategy.js'

/** A strategy as a user names it. */
export interface StrategyChoice {
  /** Name of a shipped one, or a path. */
  readonly source: string
  readonly params?: Readonly<Record<string, unknown>>
}

/** Loads strategies in their stated order. Throws `E_STRATEGY_…`. */
export async function loadStrategies(
  core: CoreModule,
  choices: readonly StrategyChoice[],
  directory: string,
): Promise<LoadedStrategy[]> {
  const loaded: LoadedStrategy[] = []
  for (const { source, params = {} } of choices) {
    loaded.push(await loadStrategy(source, { math: core.math, params, directory }))
  }
  return loaded
}

/** Their triggers and timers, as the core's configuration has them. */
export const coreStrategies = (
  loaded: readonly LoadedStrategy[],
  instruments: readonly Instrument[],
): CoreStrategy[] => loaded.map((strategy) => coreStrategy(strategy, instruments))
