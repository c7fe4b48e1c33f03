import type { CoreModule } from '../../src/ports/core.js'
import type { Measured } from '../harness.js'
import { captureInputs, captureName, capturePaths } from '../sources/captures.js'
import { feeding } from '../sources/feeding.js'
import type { Input, InputSource } from '../sources/inputs.js'
import { parseStrings } from '../sources/parsing.js'
import { ReportBuilder, type Suite, type SuiteContext } from '../suite.js'

/** Each venue's frames to updated books through the live driver, against `JSON.parse` of the same frames. */
export const venues: Suite = {
  name: 'venues',
  about: 'frame bytes to updated book for each venue, against JSON.parse of the same frames',
  async run(context) {
    const report = new ReportBuilder(context)
    const { recordings } = context
    const paths = recordings === undefined ? [] : capturePaths(recordings)
    if (paths.length === 0) report.skip('venues', 'no recordings')
    const core = context.load('native')
    for (const path of context.quick ? paths.slice(0, 2) : paths) {
      await ofOneVenue(context, core, path, report)
    }
    return report.build('venues', 'a capture of each venue, REST lists left out')
  },
}

async function ofOneVenue(
  context: SuiteContext,
  core: CoreModule,
  path: string,
  report: ReportBuilder,
): Promise<void> {
  const name = captureName(path)
  const source = await sourceOf(core, path, report)
  if (source === undefined) return
  const { inputs } = source
  const names = [`JSON.parse, ${name}`, `feed, journal, ${name}`, `feed, ${name}`] as const
  let events = 0
  const answerOf: NonNullable<Parameters<typeof feeding>[2]['answerOf']> = (session) => {
    const { refusedFrames, stateHash, ...told } = session.describe()
    events = told.events
    return { events, refusedFrames, stateHash, market: session.digest().market }
  }
  const of = await report.measure([
    parseStrings(names[0], inputs),
    feeding(names[1], core, { source, inputs, journal: context.scratch, answerOf }),
    feeding(names[2], core, { source, inputs, answerOf }),
  ])
  const [parse, journaled, plain] = [of(names[0]), of(names[1]), of(names[2])]
  report.faster(name, parse, journaled)
  report.faster(`${name}, no journal`, parse, plain)
  report.figure(`${name}, JSON.parse`, megabytesPerSecond(inputs, parse), 'MB/s')
  report.figure(`${name}, feed`, megabytesPerSecond(inputs, plain), 'MB/s')
  report.figure(`${name}, feed`, events / seconds(plain), 'events/s')
}

/** A capture that no session takes is said to be skipped, with the reason. */
async function sourceOf(
  core: CoreModule,
  path: string,
  report: ReportBuilder,
): Promise<InputSource | undefined> {
  try {
    return await captureInputs(core, path)
  } catch (error) {
    report.skip(captureName(path), (error as Error).message)
    return undefined
  }
}

const seconds = ({ perRun }: Measured): number => perRun.median / 1e9

const megabytesPerSecond = (inputs: readonly Input[], run: Measured): number =>
  inputs.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6 / seconds(run)
