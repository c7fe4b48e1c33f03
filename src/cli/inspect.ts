import type { Command } from 'commander'
import { isJournal, JournalFiles, type JournalReport } from '../../replay/journal-files.js'
import { TapeFile, type TapeSummary } from '../../replay/tape-file.js'
import { formatUnits } from '../domain/units.js'
import { define, type ExitCode } from './command.js'
import { count, isoTime, size, table } from './ui.js'

export function addInspect(program: Command, exit: ExitCode): void {
  const command = program
    .command('inspect')
    .description('what is in a tape or a journal')
    .argument('<path>', 'a tape, or the directory of a journal')
  define(command, exit, 'tickwright inspect btcusdt.tape', ([path = ''], _, { core }) => {
    if (isJournal(path)) {
      const report = new JournalFiles(path).read(core)
      return { document: report, text: () => journalText(path, report) }
    }
    const { summary } = TapeFile.open(core, path)
    return { document: summary, text: () => tapeText(path, summary) }
  })
}

function tapeText(path: string, tape: TapeSummary): string {
  const kinds = Object.entries(tape.byKind).map(([kind, events]) => [`  ${kind}`, events] as const)
  return [
    `${path}: ${count(tape.events)} events, ${count(tape.rows)} rows in ${count(tape.blocks)} blocks, codec ${tape.codec}`,
    table(kinds),
    ...tape.instruments.map((i) => {
      const steps = `tick ${formatUnits(i.tick, i.priceScale)}, lot ${formatUnits(i.lot, i.quantityScale)}`
      return `${i.name}: ${steps}`
    }),
    `received  ${isoTime(tape.firstTsRecv)} to ${isoTime(tape.lastTsRecv)}`,
    `venue     ${isoTime(tape.firstTsEvent)} to ${isoTime(tape.lastTsEvent)}`,
    `content hash ${tape.contentHash}, schema version ${tape.schemaVersion}`,
    ...tape.origins.map(
      ({ name, bytes, sha256 }) => `made from ${name} (${size(bytes)}, SHA-256 ${sha256})`,
    ),
    ...(tape.tornBytes > 0
      ? [`TORN: ${count(tape.tornBytes)} bytes at the end are of no use`]
      : []),
  ].join('\n')
}

function journalText(path: string, journal: JournalReport): string {
  const types = Object.entries(journal.byType).map(
    ([type, entries]) => [`  ${type}`, entries] as const,
  )
  return [
    `${path}: ${count(journal.inputs)} inputs, ${count(journal.outputs)} outputs in ${journal.segments} segments`,
    table(types),
    `from ${isoTime(journal.epochNs)} to ${isoTime(journal.lastStampNs)}, last seq ${count(journal.lastSeq ?? 0)}`,
    journal.closed
      ? 'closed in good order'
      : `NOT closed; ${count(journal.tornBytes)} bytes torn at its end`,
  ].join('\n')
}
