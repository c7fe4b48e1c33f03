import { setTimeout as sleep } from 'node:timers/promises'
import type { LiveDriver, SessionClock } from '../runtime/live-driver.js'
import { SystemClock } from '../runtime/system-clock.js'
import { RecordedClock } from './feed-inputs.js'
import type { Ui } from './ui.js'

const SYNC_EVERY_NS = 1_000_000_000n
/** How often a quiet market is given the time, milliseconds. */
const ADVANCE_EVERY_MS = 20

/** What happens before a recorded frame is delivered: the clock is set, or time is let pass. */
export type BeforeFrame = (ns: bigint) => undefined | Promise<void>

export interface Pace {
  readonly epoch: string
  readonly clock: SessionClock
  /** Once the driver is there. */
  before(driver: LiveDriver, ui: Ui): BeforeFrame
}

/** At full speed a frame is stamped as it was recorded; the configuration with the moment before the first. */
export function fullSpeed(startNs: string): Pace {
  const epoch = String(BigInt(startNs) - 1n)
  const clock = new RecordedClock(epoch)
  return { epoch, clock, before: () => (ns) => clock.set(ns) }
}

/** As recorded: frames come when they came then, are stamped by our clock, and timers fire in between. */
export function recordedPace(startNs: string): Pace {
  const clock = new SystemClock()
  const first = BigInt(startNs)
  return {
    epoch: clock.epoch,
    clock,
    before: (driver, ui) => async (ns) => {
      const due = Number(ns - first)
      for (let left = due - clock.now(); left > 0; left = due - clock.now()) {
        await sleep(Math.min(left / 1e6, ADVANCE_EVERY_MS))
        driver.advance()
        await ui.breathe()
      }
    },
  }
}

/** A data sync for each second of the recording: durability `power`. */
export function withSyncs(before: BeforeFrame, driver: LiveDriver): BeforeFrame {
  let next = 0n
  return (ns) => {
    if (next !== 0n && ns >= next) driver.sync()
    if (ns >= next) next = ns + SYNC_EVERY_NS
    return before(ns)
  }
}
