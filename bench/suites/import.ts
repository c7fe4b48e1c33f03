import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { importRecording } from '../../src/cli/import-recording.js'
import { OutputFile } from '../../src/cli/output-file.js'
import { Ui } from '../../src/cli/ui.js'
import type { CoreModule } from '../../src/ports/core.js'
import { type Contender, timed, timedAsync } from '../harness.js'
import { Hftbacktest } from '../peers/hftbacktest.js'
import { usdmPath } from '../sources/recording.js'
import { ReportBuilder, type Suite } from '../suite.js'

/** Packed recording to tape file, as the command does it: hash, unpack, survey, import, write. */
export const importing: Suite = {
  name: 'import',
  about: 'packed recording to tape, unpacking included',
  async run(context) {
    const report = new ReportBuilder(context)
    const { recordings, scratch } = context
    if (recordings === undefined) {
      report.skip('import', 'no recordings')
      return report.build('import', 'nothing')
    }
    const path = usdmPath(recordings)
    const peer = await Hftbacktest.start(context, report)
    const converter = peer?.contender('convert', 'run', 1)
    const of = await report.measure([
      whole('gzip to tape', context.load('native'), path, join(scratch, 'import.tape')),
      unpacking('gunzip alone', path),
      ...(converter === undefined ? [] : [converter]),
    ])
    await peer?.end()
    const [all, gunzip] = [of('gzip to tape'), of('gunzip alone')]
    report.figure('gunzip, share of the whole', gunzip.perRun.median / all.perRun.median, '')
    if (converter !== undefined) {
      report.faster('hftbacktest’s converter', of(converter.name), all, '≥ 8 ×')
    }
    return report.build('import', 'the USD-M recording, 3.6 MB packed, 27.8 MB unpacked')
  },
}

function whole(name: string, core: CoreModule, path: string, to: string): Contender {
  const ui = new Ui({ quiet: true })
  const sample = async () => {
    const out = new OutputFile(to)
    let answer: unknown
    const { ns } = await timedAsync(async () => {
      const report = await importRecording(core, [path], { out: to, quotes: true }, out, ui)
      out.finish()
      answer = [report.events, report.rows, report.contentHash]
    })
    return { ns, answer }
  }
  return { name, unit: 'run', units: 1, sample }
}

function unpacking(name: string, path: string): Contender {
  const packed = readFileSync(path)
  return { name, unit: 'run', units: 1, sample: () => timed(() => gunzipSync(packed).length) }
}
