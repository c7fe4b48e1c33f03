import { addTardis } from '../peers/tardis.js'
import { feeding } from '../sources/feeding.js'
import { findInputs } from '../sources/find.js'
import { type FrameKind, type InputSource, ofKind } from '../sources/inputs.js'
import { parseBytes, parseStrings } from '../sources/parsing.js'
import { ReportBuilder, type Suite, type SuiteContext } from '../suite.js'

const KINDS: readonly FrameKind[] = ['depth', 'bookTicker', 'trade']

/** Frame bytes to updated book through the live driver, against `JSON.parse` of the same frames. */
export const feed: Suite = {
  name: 'feed',
  about: 'frame bytes to updated book, against JSON.parse of the same frames',
  async run(context) {
    const source = findInputs(context)
    const report = new ReportBuilder(context)
    await overall(context, source, report)
    for (const kind of KINDS) await ofOneKind(context, source, kind, report)
    await addTardis(context, source, report)
    return report.build('feed', source.name)
  },
}

async function overall(context: SuiteContext, source: InputSource, report: ReportBuilder) {
  const { inputs } = source
  const [native, wasm] = [context.load('native'), context.load('wasm')]
  const of = await report.measure([
    parseStrings('JSON.parse', inputs),
    parseBytes('JSON.parse from bytes', inputs),
    feeding('feed, journal', native, { source, inputs, journal: context.scratch }),
    feeding('feed', native, { source, inputs }),
    feeding('feed, WebAssembly', wasm, { source, inputs }),
  ])
  const parse = of('JSON.parse')
  report.faster('all frames', parse, of('feed, journal'), '≥ 7 × with journal and digest')
  report.faster('all frames, no journal', parse, of('feed'))
  report.faster('all frames from bytes', of('JSON.parse from bytes'), of('feed, journal'))
  report.faster('all frames, WebAssembly, no journal', parse, of('feed, WebAssembly'))
}

async function ofOneKind(
  context: SuiteContext,
  source: InputSource,
  kind: FrameKind,
  report: ReportBuilder,
): Promise<void> {
  const inputs = ofKind(source.inputs, kind)
  const native = context.load('native')
  const names = [`JSON.parse, ${kind}`, `feed, journal, ${kind}`] as const
  const of = await report.measure([
    parseStrings(names[0], inputs),
    feeding(names[1], native, { source, inputs, journal: context.scratch }),
  ])
  report.faster(kind, of(names[0]), of(names[1]), '≥ 6 ×')
}
