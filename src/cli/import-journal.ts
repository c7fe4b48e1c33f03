import { readFileSync } from 'node:fs'
import { JournalFiles } from '../../replay/journal-files.js'
import { TickwrightError } from '../errors/tickwright-error.js'
import type { CoreModule } from '../ports/core.js'
import { usage } from './command.js'
import { type ImportOptions, importArguments } from './import.js'
import type { ImportReport } from './import-text.js'
import type { OutputFile } from './output-file.js'
import type { Ui } from './ui.js'
import { storedFile } from './unpack.js'

/** The market events of a session as a tape: same parsers, same digests. */
export async function importJournal(
  core: CoreModule,
  paths: readonly string[],
  options: ImportOptions,
  out: OutputFile,
  ui: Ui,
): Promise<ImportReport> {
  const [path, ...others] = paths
  if (path === undefined || others.length > 0) throw usage('a journal is imported alone')
  if (options.repair !== undefined) {
    throw usage(
      'a journal is imported as it is',
      'leave --repair away: its tape replays the session',
    )
  }
  const files = new JournalFiles(path)
  const { config, checkpoint } = files.read(core)
  if (config === null) {
    throw new TickwrightError(
      'E_JOURNAL_CONFIG',
      'the journal does not begin with a configuration',
      { at: path },
    )
  }
  if (checkpoint !== null) {
    throw new TickwrightError(
      'E_IMPORT_CHECKPOINT',
      'the session went on from a checkpoint: the books that it began with are not in its inputs',
      { at: path, hint: 'import the journal of the session before it, or replay this one' },
    )
  }
  const origins = await Promise.all(files.segments.map(storedFile))
  const tool = core.openTool('import', importArguments(options))
  tool.call('import', { session: config.core, origins })
  for (const [index, segment] of files.segments.entries()) {
    await ui.progress('importing segments', index, files.segments.length)
    const { name, sha256, bytes } = origins[index] ?? { name: segment, sha256: '', bytes: 0 }
    out.write(tool.call('segment', { name, sha256, bytes }, readFileSync(segment)).bytes)
  }
  const { result, bytes } = tool.call<ImportReport>('finish')
  out.write(bytes)
  tool.close()
  return result
}
