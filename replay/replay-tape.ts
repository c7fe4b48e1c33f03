import { Engine } from '../src/engine/engine.js'
import type { LoadedStrategy } from '../src/engine/loaded-strategy.js'
import type { CoreConfig, CoreModule, CorePort } from '../src/ports/core.js'
import { coreStrategies } from '../src/runtime/strategies.js'
import { ReplayDriver, type ReplayHooks } from './replay-driver.js'
import type { TapeFile } from './tape-file.js'

export interface TapeReplay {
  readonly core: CoreModule
  readonly tape: TapeFile
  readonly strategies?: readonly LoadedStrategy[]
  /** Fields that differ from the defaults: where to stop, checkpoints, quotes, levels in view. */
  readonly config?: Partial<CoreConfig>
  readonly hooks?: ReplayHooks
  /** A checkpoint to go on from. */
  readonly from?: Uint8Array
}

/** Opens a session over a tape and the engine on it. */
export function openTapeSession({ core, tape, strategies = [], config = {} }: TapeReplay): {
  session: CorePort
  engine: Engine
} {
  const { instruments, startNs } = tape.summary
  const session = core.openSession(
    {
      mode: 'tape',
      config: { epoch: startNs, strategies: coreStrategies(strategies, instruments), ...config },
    },
    tape.index,
  )
  tape.attach(session)
  return { session, engine: new Engine({ strategies, core: session, opened: session.opened }) }
}

/** Replays a tape to its end, or to where the configuration stops it; returns the session. */
export async function replayTape(replay: TapeReplay): Promise<CorePort> {
  const { session, engine } = openTapeSession(replay)
  const driver = new ReplayDriver(session, engine, replay.tape, replay.hooks)
  await driver.run(replay.from === undefined ? undefined : session.restore(replay.from))
  return session
}
