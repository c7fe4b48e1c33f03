import { join } from 'node:path'
import type { CoreModule, CorePort } from '../../src/ports/core.js'
import { type Contender, timed } from '../harness.js'
import { columnsOf, type Input, type InputSource } from './inputs.js'
import { type FeedSession, openFeed, settle } from './session.js'

export const perFrame = (inputs: readonly Input[]) => ({ unit: 'frame', units: inputs.length })

/** What feeding needs besides the core. */
export interface FeedingOptions {
  readonly source: InputSource
  readonly inputs: readonly Input[]
  /** The folder in which to make a journal; without, nothing is recorded. */
  readonly journal?: string
  /** What a run answers; must be the same each time. */
  readonly answerOf?: (session: CorePort) => unknown
}

/**
 * Feeds the same inputs to one session that is taken back to its start before each run: code and memory
 * are warm, as in a session that has run for a minute, and its state is new. Each run has a journal
 * segment of its own that is ready in memory before the clock starts.
 */
export function feeding(name: string, core: CoreModule, options: FeedingOptions): Contender {
  const { source, inputs, journal, answerOf = answer } = options
  const columns = columnsOf(inputs)
  const folder = journal === undefined ? undefined : join(journal, name.replace(/\W+/g, '-'))
  let fed: FeedSession | undefined
  const sample = async () => {
    fed ??= openFeed(core, source, folder)
    const { session, restart, feed } = fed
    restart()
    await settle()
    const { ns } = timed(() => feed(columns))
    return { ns, answer: answerOf(session) }
  }
  return { name, ...perFrame(inputs), sample, end: () => fed?.end() }
}

/** What a session holds in the end: the same with and without a journal, in both builds. */
function answer(session: CorePort): unknown {
  const { events, rows, stateHash, refusedFrames, instruments } = session.describe()
  const { bbo } = instruments[0] ?? {}
  return { events, rows, stateHash, market: session.digest().market, refusedFrames, bbo }
}
