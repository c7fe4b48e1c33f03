// Live-shaped sessions over generated markets, and what is compared of any session.
import type { CoreModule, CorePort, StageDigests } from '../../src/ports/core.js'
import type { SessionClock } from '../../src/runtime/live-driver.js'
import { type LiveSession, openLiveSession } from '../../src/runtime/live-session.js'
import type { StrategyChoice } from '../../src/runtime/strategies.js'
import type { Input, Market } from './market.js'
import { strategyFolder } from './paths.js'

export const busy: readonly StrategyChoice[] = [
  { source: './busy.ts' },
  { source: 'touch-imbalance', params: { periodMs: 50 } },
]

/** A clock that shows what it was set to. */
export class SetClock implements SessionClock {
  time = 0

  now(): number {
    return this.time
  }
}

/** All that two runs must have in common. */
export interface Outcome {
  readonly digest: StageDigests
  readonly stateHash: string
  readonly events: number
  readonly triggers: number
  readonly strategies: string
}

export function outcomeOf(session: CorePort, strategies: string): Outcome {
  const { stateHash, events, triggers } = session.describe()
  return { digest: session.digest(), stateHash, events, triggers, strategies }
}

export interface SessionChoice {
  readonly core: CoreModule
  readonly market: Market
  readonly strategies?: readonly StrategyChoice[]
  readonly journal?: string
  readonly segmentBytes?: number
  readonly from?: Uint8Array
}

export interface TestSession extends LiveSession {
  readonly clock: SetClock
  /** Sets the clock to the input's stamp and delivers it. */
  feed(input: Input): void
}

export async function openSession(choice: SessionChoice): Promise<TestSession> {
  const { core, market, strategies = busy, journal, segmentBytes = 4 << 20, from } = choice
  const clock = new SetClock()
  const live = await openLiveSession({
    ...{ core, config: market.config, strategies, clock },
    directory: strategyFolder,
    ...(journal === undefined ? {} : { journal: { path: journal, segmentBytes } }),
    ...(from === undefined ? {} : { from }),
  })
  const feed = ({ type, source, stamp, bytes }: Input): void => {
    clock.time = stamp
    live.driver.deliver(type, source, bytes)
  }
  return { ...live, clock, feed }
}

/** Ends a session and tells how it ended; the state is that before the strategies' last words. */
export function finishSession({ driver, engine, session }: LiveSession): Outcome {
  driver.stop()
  return outcomeOf(session, engine.saveState())
}
