import { type Contender, timed } from '../harness.js'
import { feeding, perFrame } from '../sources/feeding.js'
import { findInputs } from '../sources/find.js'
import { columnsOf, type Input } from '../sources/inputs.js'
import { ReportBuilder, type Suite } from '../suite.js'

/** Bytes of an entry's header, and what entries are aligned to: `native/engine/src/journal`. */
const HEADER = 40
const ALIGNMENT = 16

/**
 * What a journal adds to a frame, from JavaScript. With one, the payload is copied into its segment, whose memory
 * is cold, in place of one warm spot; that difference of the copies alone is measured beside it, so that what is
 * left is the append itself: header, checksum, running hash.
 */
export const journal: Suite = {
  name: 'journal',
  about: 'what a journal adds to a frame beyond the copy',
  async run(context) {
    const source = findInputs(context)
    const { inputs } = source
    const report = new ReportBuilder(context)
    const native = context.load('native')
    const of = await report.measure([
      feeding('feed', native, { source, inputs }),
      feeding('feed, journal', native, { source, inputs, journal: context.scratch }),
      copying('copy to one place', inputs, 0),
      copying('copy as a journal lies', inputs, 1),
    ])
    report.ratio('feed with a journal', of('feed, journal').ns, of('feed').ns)
    // A small difference of large times: of the least disturbed runs.
    const least = (name: string): number => of(name).perRun.min / inputs.length
    const copies = least('copy as a journal lies') - least('copy to one place')
    const added = least('feed, journal') - least('feed') - copies
    report.figure('append beyond the copy, a frame', added, 'ns', '≤ 60 ns')
    return report.build('journal', source.name)
  },
}

/** `step` 0: each frame over the one before; 1: one behind the other, with room for their headers. */
function copying(name: string, inputs: readonly Input[], step: 0 | 1): Contender {
  const frames = columnsOf(inputs).bytes
  const size = frames.reduce((sum, { length }) => sum + length + HEADER + ALIGNMENT, 0)
  const to = new Uint8Array(size).fill(1)
  const copy = (): number => {
    let at = 0
    for (const frame of frames) {
      to.set(frame, at)
      at += step * Math.ceil((frame.length + HEADER) / ALIGNMENT) * ALIGNMENT
    }
    return at
  }
  return { name, ...perFrame(inputs), sample: () => timed(copy) }
}
