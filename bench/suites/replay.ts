import { ReplayDriver } from '../../replay/replay-driver.js'
import { openTapeSession } from '../../replay/replay-tape.js'
import { TapeFile } from '../../replay/tape-file.js'
import type { CoreModule } from '../../src/ports/core.js'
import { type Contender, timedAsync } from '../harness.js'
import { Hftbacktest } from '../peers/hftbacktest.js'
import { benchTape } from '../sources/tapes.js'
import { ReportBuilder, type Suite } from '../suite.js'

/** A tape through one book, digests on, no strategy. */
export const replay: Suite = {
  name: 'replay',
  about: 'tape to proven book, digests on, no strategy',
  async run(context) {
    const report = new ReportBuilder(context)
    const [native, wasm] = [context.load('native'), context.load('wasm')]
    const plain = benchTape(context, { codec: 'none', quotes: false })
    const packed = benchTape(context, { codec: 'delta', quotes: false })
    const whole = benchTape(context, { codec: 'none', quotes: true })
    const peer = await Hftbacktest.start(context, report)
    const theirs = peer?.contender('replay', 'run', 1)
    const of = await report.measure([
      replaying('native, codec none', native, plain.path),
      replaying('native, codec delta', native, packed.path),
      replaying('native, with best quotes', native, whole.path),
      replaying('WebAssembly, codec none', wasm, plain.path),
      ...(theirs === undefined ? [] : [theirs]),
    ])
    await peer?.end()
    const best = of('native, codec none')
    report.ratio('WebAssembly slower', of('WebAssembly, codec none').ns, best.ns, '≤ 2 ×')
    report.ratio('delta slower', of('native, codec delta').ns, best.ns)
    if (theirs !== undefined) {
      report.ratio('hftbacktest’s array book, which keeps two', of(theirs.name).ns, best.ns)
    }
    report.figure('rows a second', (1e9 * best.units) / best.perRun.median, 'rows/s', '≥ 120 M')
    return report.build('replay', plain.name)
  },
}

/** Each run opens a session anew, so that books and digests start empty; only the replay is timed. */
function replaying(name: string, core: CoreModule, path: string): Contender {
  const tape = TapeFile.open(core, path)
  const sample = async () => {
    const { session, engine } = openTapeSession({ core, tape })
    const driver = new ReplayDriver(session, engine, tape)
    const { ns } = await timedAsync(() => driver.run())
    const answer = session.digest().market
    session.close()
    return { ns, answer }
  }
  return { name, unit: 'row', units: tape.summary.rows, expected: tape.summary.contentHash, sample }
}
