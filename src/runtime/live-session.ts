import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Engine } from '../engine/engine.js'
import type { CoreConfig, CoreModule, CorePort, JournalRequest } from '../ports/core.js'
import { CHECKPOINT_FILE, checkpointReference } from './checkpoint.js'
import { LiveDriver, type SessionClock } from './live-driver.js'
import { coreStrategies, loadStrategies, type StrategyChoice } from './strategies.js'

export interface LiveSessionOptions {
  readonly core: CoreModule
  /** Epoch, instruments, connections; strategies are added. */
  readonly config: Omit<CoreConfig, 'strategies'>
  readonly strategies: readonly StrategyChoice[]
  readonly directory: string
  readonly clock: SessionClock
  /** Without one, nothing is recorded. */
  readonly journal?: Pick<JournalRequest, 'path'> & Partial<JournalRequest>
  /** A checkpoint of an earlier session to go on from: its `seq` and stamps are continued. */
  readonly from?: Uint8Array
}

export interface LiveSession {
  readonly session: CorePort
  readonly engine: Engine
  readonly driver: LiveDriver
}

/** Bytes of a journal segment unless told otherwise. */
export const DEFAULT_SEGMENT_BYTES = 64 << 20

const encoder = new TextEncoder()

/**
 * Opens a session, its journal and its engine, and feeds the configuration as first input; behind it,
 * where the session goes on from a checkpoint, which one. Throws `E_STATE` where that is damaged or of
 * another configuration.
 */
export async function openLiveSession(options: LiveSessionOptions): Promise<LiveSession> {
  const { core, directory, clock, journal, from } = options
  const loaded = await loadStrategies(core, options.strategies, directory)
  const probe = core.openSession({ mode: 'live', config: options.config })
  const { instruments } = probe.opened
  probe.close()
  const config = { ...options.config, strategies: coreStrategies(loaded, instruments) }
  const session = core.openSession({ mode: 'live', config })
  const restored = from === undefined ? undefined : session.restore(from)
  const strategies = options.strategies.map(({ source }, index) => ({
    source,
    sourceHash: loaded[index]?.sourceHash ?? '',
    params: loaded[index]?.params ?? {},
  }))
  if (journal !== undefined) {
    session.createJournal({
      manifest: `${JSON.stringify(manifest(core, strategies), null, 2)}\n`,
      epoch: config.epoch,
      segmentBytes: DEFAULT_SEGMENT_BYTES,
      durability: 'process',
      ...journal,
    })
    if (from !== undefined) writeFileSync(join(journal.path, CHECKPOINT_FILE), from, { flag: 'wx' })
  }
  const engine = new Engine({ strategies: loaded, core: session, opened: session.opened })
  const driver = new LiveDriver(session, engine, clock)
  const first = encoder.encode(JSON.stringify({ core: config, strategies }))
  if (from === undefined || restored === undefined) {
    driver.start(first)
  } else {
    const lastStamp = BigInt(session.describe().lastStamp ?? config.epoch) - BigInt(config.epoch)
    driver.restart(first, checkpointReference(from), restored, Number(lastStamp))
  }
  return { session, engine, driver }
}

/** What pins a session; left out of its digest. */
function manifest(core: CoreModule, strategies: readonly object[]): object {
  return {
    engineVersion: core.version,
    core: core.kind,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    strategies,
  }
}
