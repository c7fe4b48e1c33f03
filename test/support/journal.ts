// A journal's bytes for tests: entries as they lie in the files, and checksums for those that are changed.
import { readFileSync } from 'node:fs'
import { JournalFiles } from '../../replay/journal-files.js'
import { replayJournal } from '../../replay/replay-journal.js'
import type { TickwrightError } from '../../src/errors/tickwright-error.js'
import type { CoreModule } from '../../src/ports/core.js'
import { EntryType, JOURNAL_ENTRY_SIZE, JournalEntryLayout } from '../../src/protocol/layout.js'
import { strategyFolder } from './paths.js'

const SEGMENT_HEADER = 4_096
const ALIGNMENT = 16
/** Place of the header's own checksum in a segment. */
const HEADER_CRC = 60

export interface Entry {
  readonly type: EntryType
  readonly leg: number
  readonly seq: number
  readonly stamp: bigint
  readonly payload: Uint8Array
  /** Byte of the segment at which the entry starts. */
  readonly offset: number
}

/** Entries of one segment, in order. */
export function readEntries(segment: Uint8Array): Entry[] {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength)
  const out: Entry[] = []
  for (let offset = SEGMENT_HEADER; offset + JOURNAL_ENTRY_SIZE <= segment.length; ) {
    const length = view.getUint32(offset, true)
    if (length === 0) break
    out.push({
      type: segment[offset + JournalEntryLayout.type] as EntryType,
      leg: view.getUint32(offset + JournalEntryLayout.leg, true),
      seq: Number(view.getBigUint64(offset + JournalEntryLayout.seq, true)),
      stamp: view.getBigInt64(offset + JournalEntryLayout.stamp, true),
      payload: segment.subarray(offset + JOURNAL_ENTRY_SIZE, offset + length),
      offset,
    })
    offset += padded(length)
  }
  return out
}

/** Entries of a whole journal. */
export const journalEntries = (path: string): Entry[] =>
  new JournalFiles(path).segments.flatMap((segment) => readEntries(readFileSync(segment)))

/** Lays entries one behind the other into a segment that was left open, each with the right checksum. */
export function layEntries(segment: Uint8Array, entries: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(segment.length)
  out.set(segment.subarray(0, SEGMENT_HEADER))
  let offset = SEGMENT_HEADER
  for (const bytes of entries) {
    out.set(bytes, offset)
    reseal(out, offset)
    offset += padded(bytes.length)
  }
  return out
}

/** Header and payload of an entry. */
export const entryBytes = (segment: Uint8Array, { offset, payload }: Entry): Uint8Array =>
  segment.slice(offset, offset + JOURNAL_ENTRY_SIZE + payload.length)

export interface Note {
  readonly label: string
  readonly values: readonly number[]
  /** The input that caused it. */
  readonly seq: number
}

/** What strategies noted: strategy, count, values, label. */
export function notesOf(entries: readonly Entry[]): Note[] {
  return entries
    .filter(({ type }) => type === EntryType.Note)
    .map(({ payload, seq }) => {
      const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
      const count = view.getUint32(4, true)
      const values = Array.from({ length: count }, (_, n) => view.getFloat64(8 + 8 * n, true))
      const label = Buffer.from(payload.subarray(8 + 8 * count)).toString('utf8')
      return { label, values, seq }
    })
}

/** Gives a changed entry the checksum that a writer would: `native/engine/src/journal/entry.rs`. */
export function reseal(segment: Uint8Array, offset: number): void {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength)
  const length = view.getUint32(offset, true)
  const seed = view.getUint32(HEADER_CRC, true)
  const start =
    Math.imul(offset, 0x9e3779b1) ^
    Math.imul(length, 0x85ebca77) ^
    Math.imul(view.getUint32(offset + JournalEntryLayout.type, true), 0xc2b2ae3d) ^
    Math.imul(view.getUint32(offset + JournalEntryLayout.leg, true), 0x27d4eb2f)
  const covered = segment.subarray(offset + JournalEntryLayout.seq, offset + padded(length))
  view.setUint32(offset + JournalEntryLayout.crc, crc32(covered, seed ^ start), true)
}

const padded = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  return crc >>> 0
})

function crc32(bytes: Uint8Array, start: number): number {
  let crc = ~start
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] as number)
  return ~crc >>> 0
}

/** Replays a journal and compares, as the command `verify` does. */
export async function verifyJournal(core: CoreModule, path: string) {
  const files = new JournalFiles(path)
  const report = files.read(core)
  const reproduced: TickwrightError[] = []
  const hooks = { onReproduced: (error: TickwrightError) => reproduced.push(error) }
  const session = await replayJournal({ core, files, report, directory: strategyFolder, hooks })
  const verified = { report, verdict: session.verdict(), digest: session.digest(), reproduced }
  session.close()
  return verified
}
