import { Engine } from '../src/engine/engine.js'
import { TickwrightError } from '../src/errors/tickwright-error.js'
import type { CoreModule, CorePort } from '../src/ports/core.js'
import { CtlLayout } from '../src/protocol/layout.js'
import { loadStrategies } from '../src/runtime/strategies.js'
import type { JournalFiles, JournalReport } from './journal-files.js'
import { ReplayDriver, type ReplayHooks } from './replay-driver.js'

export interface JournalReplay {
  readonly core: CoreModule
  readonly files: JournalFiles
  readonly report: JournalReport
  /** What relative paths of strategies start from. */
  readonly directory: string
  readonly hooks?: ReplayHooks
}

/**
 * Replays a recorded session through the same parsers, engine and strategies, comparing each output with
 * the journal's. Throws `E_JOURNAL_CONFIG`, `E_STRATEGY_CHANGED`.
 */
export async function replayJournal(replay: JournalReplay): Promise<CorePort> {
  const { core, files, report, directory } = replay
  if (report.config === null) {
    throw new TickwrightError(
      'E_JOURNAL_CONFIG',
      'the journal does not begin with a configuration',
      {
        at: files.path,
        category: 'data',
      },
    )
  }
  const { core: config, strategies: choices } = report.config
  const strategies = await loadStrategies(core, choices, directory)
  strategies.forEach((loaded, index) => {
    const recorded = choices[index]
    if (recorded === undefined || loaded.sourceHash === recorded.sourceHash) return
    throw new TickwrightError(
      'E_STRATEGY_CHANGED',
      `${recorded.source} has changed since the session: its hash was ${recorded.sourceHash}`,
      { at: recorded.source, category: 'usage', hint: 'replay with the source that was run' },
    )
  })
  const session = core.openSession({ mode: 'journal', config, segments: files.segments.length })
  const engine = new Engine({ strategies, core: session, opened: session.opened })
  const { checkpoint } = report
  const from = checkpoint === null ? undefined : session.restore(files.checkpoint(checkpoint))
  const driver = new ReplayDriver(session, engine, files.attach(session), replay.hooks)
  try {
    await driver.run(from)
  } catch (error) {
    if (!endedTheSession(error, session, report)) throw error
    session.finish()
    replay.hooks?.onReproduced?.(error)
  }
  return session
}

/** Whether a strategy threw where the recorded session broke off: the replay is equal up to there. */
function endedTheSession(
  error: unknown,
  session: CorePort,
  report: JournalReport,
): error is TickwrightError {
  if (!(error instanceof TickwrightError) || error.code !== 'E_STRATEGY_THREW') return false
  return !report.closed && session.memory.ctl[CtlLayout.seq] === report.lastSeq
}
