import { rmSync } from 'node:fs'
import { Engine } from '../../src/engine/engine.js'
import type { CoreModule, CorePort } from '../../src/ports/core.js'
import type { EntryType } from '../../src/protocol/layout.js'
import { LiveDriver } from '../../src/runtime/live-driver.js'
import type { Columns, InputSource } from './inputs.js'

/** A live session without strategies that takes the same inputs again and again. */
export interface FeedSession {
  readonly session: CorePort
  /** Takes the session back to its start; with a journal, in a segment of its own. */
  restart(): void
  /** Feeds inputs through the live driver. */
  feed(inputs: Columns): void
  end(): void
}

/** Room for the recording and more, so that no run holds a rotation. */
const SEGMENT_BYTES = 64 << 20

/** `journal`: the folder to make one in; without, nothing is recorded. */
export function openFeed(core: CoreModule, source: InputSource, journal?: string): FeedSession {
  const session = core.openSession({ mode: 'live', config: source.config })
  const start = session.save('{}')
  if (journal !== undefined) {
    const { epoch } = source.config
    const manifest = '{}\n'
    const segment = { segmentBytes: SEGMENT_BYTES, durability: 'process' } as const
    session.createJournal({ path: journal, manifest, epoch, ...segment })
  }
  const config = new TextEncoder().encode(JSON.stringify({ core: source.config, strategies: [] }))
  const clock = { stamp: 0, now: () => clock.stamp }
  let driver: LiveDriver | undefined
  return {
    session,
    restart() {
      if (driver !== undefined) {
        session.restore(start)
        if (journal !== undefined) session.rotate(0)
      }
      const engine = new Engine({ strategies: [], core: session, opened: session.opened })
      driver = new LiveDriver(session, engine, clock)
      driver.start(config)
    },
    feed({ types, sources, stamps, bytes }) {
      for (let i = 0; i < bytes.length; i++) {
        clock.stamp = stamps[i] as number
        driver?.deliver(types[i] as EntryType, sources[i] as number, bytes[i] as Uint8Array)
      }
    },
    end() {
      driver?.stop()
      session.close()
      if (journal !== undefined) rmSync(journal, { recursive: true })
    },
  }
}

/**
 * Waits until no thread of this process is at work: a journal prepares its next segment in the
 * background, which in life is done long before it is needed.
 */
export async function settle(): Promise<void> {
  for (let idle = false; !idle; ) {
    const before = process.cpuUsage()
    await new Promise((done) => setTimeout(done, 20))
    const { user, system } = process.cpuUsage(before)
    idle = user + system < 2_000
  }
}
