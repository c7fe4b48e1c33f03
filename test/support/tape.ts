import { ReplayDriver, type ReplayHooks } from '../../replay/replay-driver.js'
import { openTapeSession } from '../../replay/replay-tape.js'
import type { TapeFile } from '../../replay/tape-file.js'
import type { CoreConfig, CoreModule } from '../../src/ports/core.js'
import { loadStrategies, type StrategyChoice } from '../../src/runtime/strategies.js'
import { strategyFolder } from './paths.js'
import { busy, type Outcome, outcomeOf } from './session.js'

export interface TapeRun {
  readonly strategies?: readonly StrategyChoice[]
  readonly config?: Partial<CoreConfig>
  readonly hooks?: ReplayHooks
  /** A checkpoint to go on from. */
  readonly from?: Uint8Array
}

/** Replays a tape to its end. */
export async function runTape(
  core: CoreModule,
  tape: TapeFile,
  run: TapeRun = {},
): Promise<Outcome> {
  const { strategies: choices = busy, config = {}, hooks, from } = run
  const strategies = await loadStrategies(core, choices, strategyFolder)
  const { session, engine } = openTapeSession({ core, tape, strategies, config })
  const driver = new ReplayDriver(session, engine, tape, hooks)
  await driver.run(from === undefined ? undefined : session.restore(from))
  const outcome = outcomeOf(session, engine.saveState())
  session.close()
  return outcome
}
