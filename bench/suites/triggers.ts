import { ReplayDriver } from '../../replay/replay-driver.js'
import { openTapeSession } from '../../replay/replay-tape.js'
import { TapeFile } from '../../replay/tape-file.js'
import type { LoadedStrategy } from '../../src/engine/loaded-strategy.js'
import { defineStrategy, onEvents } from '../../src/index.js'
import type { CoreModule } from '../../src/ports/core.js'
import { type Contender, timedAsync } from '../harness.js'
import { benchTape } from '../sources/tapes.js'
import { ReportBuilder, type Suite } from '../suite.js'

/** Hand-overs into a strategy that does nothing: what a trigger costs beside the event itself. */
export const triggers: Suite = {
  name: 'triggers',
  about: 'hand-overs into an empty TypeScript strategy',
  async run(context) {
    const report = new ReportBuilder(context)
    const { path, name } = benchTape(context, { codec: 'none', quotes: true })
    const of = await report.measure([
      handing('native', context.load('native'), path),
      handing('WebAssembly', context.load('wasm'), path),
    ])
    const native = of('native')
    report.figure('triggers a second', (1e9 * native.units) / native.perRun.median, '1/s', '≥ 2 M')
    report.ratio('WebAssembly slower', of('WebAssembly').ns, native.ns)
    return report.build('triggers', name)
  },
}

const empty: LoadedStrategy = {
  strategy: defineStrategy({
    name: 'empty',
    minimumProof: 'unproven',
    triggers: () => [onEvents(1)],
    onTrigger() {},
  }) as LoadedStrategy['strategy'],
  params: {},
  sourceHash: '',
  locate: () => '',
}

function handing(name: string, core: CoreModule, path: string): Contender {
  const tape = TapeFile.open(core, path)
  const sample = async () => {
    const { session, engine } = openTapeSession({ core, tape, strategies: [empty] })
    const driver = new ReplayDriver(session, engine, tape)
    const { ns } = await timedAsync(() => driver.run())
    const answer = session.describe().triggers
    session.close()
    return { ns, answer }
  }
  // Besides a trigger for each event, the book's changes of proof are told.
  return { name, unit: 'trigger', units: tape.summary.events, sample }
}
