import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { CoreModule, CorePort } from '../../src/ports/core.js'
import { type Contender, timed } from '../harness.js'
import type { Input, InputSource } from './inputs.js'
import { openFeed } from './session.js'

export const perFrame = (inputs: readonly Input[]) => ({ unit: 'frame', units: inputs.length })

/**
 * A fresh session for each run: opening it and its journal is not timed, the first touch of the book's
 * memory is. The answer is what the session holds at the end.
 */
export function feeding(
  name: string,
  core: CoreModule,
  source: InputSource,
  inputs: readonly Input[],
  journal?: string,
  answerOf = answer,
): Contender {
  const sample = () => {
    const folder = journal === undefined ? undefined : join(journal, 'feed')
    const fed = openFeed(core, source, folder)
    const { ns } = timed(() => fed.feed(inputs))
    const found = answerOf(fed.session)
    fed.end()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    return { ns, answer: found }
  }
  return { name, ...perFrame(inputs), sample }
}


/** What a session holds in the end: the same with and without a journal, in both builds. */
function answer(session: CorePort): unknown {
  const { events, rows, stateHash, refusedFrames, instruments } = session.describe()
  const { bbo } = instruments[0] ?? {}
  return { events, rows, stateHash, market: session.digest().market, refusedFrames, bbo }
}
