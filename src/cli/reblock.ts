import { join } from 'node:path'
import { TapeFile } from '../../replay/tape-file.js'
import type { CoreModule } from '../ports/core.js'
import { OutputFile } from './output-file.js'
import { withTemporaryFolder } from './temporary.js'
import type { Ui } from './ui.js'

/** Hands over the same tape in blocks of so many events, as a temporary file. */
export function withBlocks<Result>(
  core: CoreModule,
  tape: TapeFile,
  blockEvents: number,
  ui: Ui,
  work: (tape: TapeFile) => Promise<Result>,
): Promise<Result> {
  return withTemporaryFolder(async (folder) => {
    const out = new OutputFile(join(folder, 'reblocked.tape'))
    const tool = core.openTool('recode', { codec: tape.summary.codec, blockEvents })
    try {
      tool.call('index', {}, tape.index)
      for (let index = 0; index < tape.summary.blocks; index++) {
        out.write(tool.call('block', {}, tape.read(index)).bytes)
        await ui.progress('re-blocking', index, tape.summary.blocks)
      }
      out.write(tool.call('finish').bytes)
      out.finish()
    } finally {
      out.abandon()
      tool.close()
    }
    return work(TapeFile.open(core, out.path))
  })
}
