import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TapeFile } from '../../replay/tape-file.js'
import type { CoreModule } from '../ports/core.js'
import { OutputFile } from './output-file.js'

/** The same tape in blocks of so many events, in a temporary file that goes with the process. */
export function reblocked(core: CoreModule, tape: TapeFile, blockEvents: number): TapeFile {
  const folder = mkdtempSync(join(tmpdir(), 'tickwright-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const out = new OutputFile(join(folder, 'reblocked.tape'))
  const tool = core.openTool('recode', { codec: tape.summary.codec, blockEvents })
  tool.call('index', {}, tape.index)
  for (let index = 0; index < tape.summary.blocks; index++) {
    out.write(tool.call('block', {}, tape.read(index)).bytes)
  }
  out.write(tool.call('finish').bytes)
  tool.close()
  out.finish()
  return TapeFile.open(core, out.path)
}
