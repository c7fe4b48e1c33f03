import { join } from 'node:path'
import { Engine } from '../../src/engine/engine.js'
import type { CoreModule, CorePort } from '../../src/ports/core.js'
import { CtlLayout } from '../../src/protocol/layout.js'
import { LiveDriver } from '../../src/runtime/live-driver.js'
import type { Input, InputSource } from './inputs.js'

/** A live session without strategies, ready to be fed; its clock is what the inputs say. */
export interface FeedSession {
  readonly session: CorePort
  /** Feeds them all through the live driver. Returns how many events came of it. */
  feed(inputs: readonly Input[]): number
  /** Ends it in good order, journal included. */
  end(): void
}

/** Room for the recording and more, so that no run holds a rotation that another does not. */
const SEGMENT_BYTES = 64 << 20
let journals = 0

/** `journal`: the folder in which to make one; without, nothing is recorded. */
export function openFeed(core: CoreModule, source: InputSource, journal?: string): FeedSession {
  const session = core.openSession({ mode: 'live', config: source.config })
  if (journal !== undefined) {
    session.createJournal({
      path: join(journal, `feed-${journals++}`),
      manifest: '{}\n',
      epoch: source.config.epoch,
      segmentBytes: SEGMENT_BYTES,
      durability: 'process',
    })
  }
  const clock = { stamp: 0, now: () => clock.stamp }
  const engine = new Engine({ strategies: [], core: session, opened: session.opened })
  const driver = new LiveDriver(session, engine, clock)
  driver.start(new TextEncoder().encode(JSON.stringify({ core: source.config, strategies: [] })))
  return {
    session,
    feed(inputs) {
      for (const { type, source: connection, stamp, bytes } of inputs) {
        clock.stamp = stamp
        driver.deliver(type, connection, bytes)
      }
      return session.memory.ctl[CtlLayout.events] as number
    },
    end() {
      driver.stop()
      session.close()
    },
  }
}
