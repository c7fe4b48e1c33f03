// What a path holds, and each of them as a tape.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isJournal } from '../../replay/journal-files.js'
import { TapeFile } from '../../replay/tape-file.js'
import type { CoreModule } from '../ports/core.js'
import { importJournal } from './import-journal.js'
import { OutputFile } from './output-file.js'
import { RUN_FILE } from './run-folder.js'
import { withTemporaryFolder } from './temporary.js'
import type { Ui } from './ui.js'

export type SourceKind = 'tape' | 'journal' | 'run'

/** By what lies there. A directory that is nothing known counts as a journal: opening it says why not. */
export function kindOf(path: string): SourceKind {
  if (isJournal(path)) return 'journal'
  if (existsSync(join(path, RUN_FILE))) return 'run'
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? 'journal' : 'tape'
}

/** Hands a tape over; a journal is compiled to a temporary one. */
export async function withTape<Result>(
  core: CoreModule,
  path: string,
  ui: Ui,
  work: (tape: TapeFile) => Promise<Result>,
): Promise<Result> {
  if (kindOf(path) !== 'journal') return work(TapeFile.open(core, path))
  return withTemporaryFolder(async (folder) => {
    const out = join(folder, 'journal.tape')
    await compileJournal(core, path, out, ui)
    return work(TapeFile.open(core, out))
  })
}

/** A journal to a tape file. */
export async function compileJournal(
  core: CoreModule,
  journal: string,
  path: string,
  ui: Ui,
): Promise<void> {
  const out = new OutputFile(path)
  try {
    await importJournal(core, [journal], { out: path, quotes: true }, out, ui)
    out.finish()
  } catch (error) {
    out.abandon()
    throw error
  }
}
