// The comparison itself: a journal whose inputs or outputs are not those of its session must not be equal.
// What is changed gets the checksum that a writer would have given it, so that nothing but `verify` can tell.
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { EntryType, JOURNAL_ENTRY_SIZE, JournalEntryLayout } from '../../src/protocol/layout.js'
import { anyCore } from '../support/cores.js'
import { temporaryFolder } from '../support/folders.js'
import {
  type Entry,
  entryBytes,
  layEntries,
  readEntries,
  verifyJournal,
} from '../support/journal.js'
import { generateMarket } from '../support/market.js'
import { openSession } from '../support/session.js'

const folder = temporaryFolder()
const market = generateMarket(anyCore, { seed: 11, seconds: 3 })
const original = join(folder, 'original.journal')
let entries: Entry[]

beforeAll(async () => {
  const strategies = [{ source: './recorder.ts', params: { stepMs: 100 } }]
  const live = await openSession({ core: anyCore, market, journal: original, strategies })
  for (const input of market.inputs) live.feed(input)
  // A DIGEST behind the last input. The journal stays open: no hash over all of it.
  live.driver.checkpoint()
  entries = readEntries(segmentOf(original))
})

const segmentOf = (journal: string): Uint8Array =>
  new Uint8Array(readFileSync(join(journal, '000000.twj')))

type Edit = (list: Uint8Array[], at: (type: EntryType, nth?: number) => number) => void

let copies = 0

/** Verifies a copy whose list of entries was edited. */
async function verifyEdited(edit: Edit) {
  const journal = join(folder, `${copies++}.journal`)
  cpSync(original, journal, { recursive: true })
  const segment = segmentOf(journal)
  const list = entries.map((entry) => entryBytes(segment, entry))
  edit(list, indexOf)
  writeFileSync(join(journal, '000000.twj'), layEntries(segment, list))
  return verifyJournal(anyCore, journal)
}

/** Place of the n-th entry of a type; negative: from the end. */
function indexOf(type: EntryType, nth = 0): number {
  const places = entries.flatMap((entry, index) => (entry.type === type ? [index] : []))
  const index = places.at(nth)
  if (index === undefined) throw new Error(`no entry ${nth} of type ${type}`)
  return index
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** Puts `to` in the place of `from`, which must be there once and as long. */
function replace(list: Uint8Array[], index: number, from: string | RegExp, to: string): void {
  const bytes = list[index] as Uint8Array
  const changed = text(bytes).replace(from, to)
  expect(changed).not.toBe(text(bytes))
  expect(changed).toHaveLength(bytes.length)
  list[index] = Buffer.from(changed, 'latin1')
}

const seqOf = (index: number): number => entries[index]?.seq ?? -1

describe('verify', () => {
  it('finds an open journal equal that was laid anew without a change', async () => {
    const { verdict } = await verifyEdited(() => {})
    expect(verdict).toMatchObject({ equal: true, firstDivergence: null })
    expect(entries.length).toBeGreaterThan(1_000)
  })

  it('finds one changed byte of a frame at the note that came of it', async () => {
    const note = entries.findIndex(
      ({ type, payload }, n) =>
        n > 600 && type === EntryType.Note && text(payload).endsWith('quote'),
    )
    const seq = seqOf(note)
    const frame = entries.findIndex((entry) => entry.seq === seq && entry.type === EntryType.Frame)
    const { verdict } = await verifyEdited((list) => {
      const [, id = ''] = /"u":(\d+)/.exec(text(list[frame] as Uint8Array)) ?? []
      replace(list, frame, `"u":${id}`, `"u":${BigInt(id) ^ 1n}`)
    })
    expect(verdict).toMatchObject({ equal: false, throughSeq: seq - 1 })
    expect(verdict.firstDivergence).toMatchObject({ stage: 'decisions', seq })
    expect(verdict.firstDivergence?.left).toMatch(/^note quote \[/)
    expect(verdict.firstDivergence?.right).not.toBe(verdict.firstDivergence?.left)
  })

  it('finds a change that no strategy noticed in the market digest', async () => {
    const frame = entries.findIndex(({ type, payload }, n) => {
      return (
        n > 400 && type === EntryType.Frame && /depthUpdate.*"b":\[\[.*\],\[/.test(text(payload))
      )
    })
    const { verdict } = await verifyEdited((list) => {
      // The last quantity of the frame: far from the touch.
      replace(list, frame, /\d("\]\]\}\}?)$/, '7$1')
    })
    expect(verdict.equal).toBe(false)
    const digest = indexOf(EntryType.Digest, -1)
    expect(verdict.firstDivergence).toMatchObject({ stage: 'market', seq: seqOf(digest) })
    const { left = '', right = '' } = verdict.firstDivergence ?? {}
    expect(left).toMatch(/^digest at event \d+: market [0-9a-f]{32} /)
    expect(left.split('market')[0]).toBe(right.split('market')[0])
    expect(left).not.toBe(right)
  })

  it('finds a stamp that is a nanosecond off', async () => {
    const note = indexOf(EntryType.Note, 300)
    const seq = seqOf(note)
    const input = entries.findIndex((entry) => entry.seq === seq && entry.type === EntryType.Frame)
    const { verdict } = await verifyEdited((list) => {
      const bytes = list[input] as Uint8Array
      const view = new DataView(bytes.buffer, bytes.byteOffset)
      const at = JournalEntryLayout.stamp
      view.setBigInt64(at, view.getBigInt64(at, true) + 1n, true)
    })
    expect(verdict.equal).toBe(false)
    expect(verdict.firstDivergence).toMatchObject({ stage: 'decisions', seq })
  })

  it('finds a note with another value, and shows both', async () => {
    const note = indexOf(EntryType.Note, 200)
    const { verdict } = await verifyEdited((list) => {
      const bytes = list[note] as Uint8Array
      new DataView(bytes.buffer, bytes.byteOffset).setFloat64(JOURNAL_ENTRY_SIZE + 8, 42.5, true)
    })
    expect(verdict).toMatchObject({ equal: false, throughSeq: seqOf(note) - 1 })
    expect(verdict.firstDivergence).toMatchObject({ stage: 'decisions', seq: seqOf(note) })
    expect(verdict.firstDivergence?.left).toContain('[42.5')
    expect(verdict.firstDivergence?.right).not.toContain('42.5')
  })

  it('finds a note that is missing, doubled, or of another input', async () => {
    const note = indexOf(EntryType.Note, 250)
    const edits: Edit[] = [
      (list) => list.splice(note, 1),
      (list) => list.splice(note, 0, (list[note] as Uint8Array).slice()),
      (list) => {
        const bytes = list[note] as Uint8Array
        const view = new DataView(bytes.buffer, bytes.byteOffset)
        const at = JournalEntryLayout.seq
        view.setBigUint64(at, view.getBigUint64(at, true) - 1n, true)
      },
    ]
    for (const edit of edits) {
      const { verdict } = await verifyEdited(edit)
      expect(verdict.equal).toBe(false)
      expect(verdict.firstDivergence?.stage).toBe('decisions')
      expect(Math.abs((verdict.firstDivergence?.seq ?? 0) - seqOf(note))).toBeLessThanOrEqual(1)
    }
  })

  it('finds a step end that is missing', async () => {
    const end = indexOf(EntryType.StepEnd, 100)
    const { verdict } = await verifyEdited((list) => list.splice(end, 1))
    expect(verdict.firstDivergence).toMatchObject({ seq: seqOf(end), left: 'nothing' })
  })

  it('names the stage of a digest that differs', async () => {
    const digest = indexOf(EntryType.Digest, -1)
    const stages = ['market', 'features', 'predictions', 'decisions', 'orders', 'fills', 'state']
    for (const [n, stage] of stages.entries()) {
      const { verdict } = await verifyEdited((list) => {
        const bytes = list[digest] as Uint8Array
        const at = JOURNAL_ENTRY_SIZE + 8 + 16 * n
        bytes[at] = (bytes[at] as number) ^ 1
      })
      expect(verdict.firstDivergence).toMatchObject({ stage, seq: seqOf(digest) })
    }
  })

  it('finds another configuration', async () => {
    const { verdict } = await verifyEdited((list, at) => {
      replace(list, at(EntryType.Config), '"periodNs":100000000', '"periodNs":200000000')
    })
    expect(verdict.equal).toBe(false)
    expect(verdict.firstDivergence?.stage).toBe('decisions')
  })

  it('refuses another strategy, and a journal with an input taken out', async () => {
    const config = indexOf(EntryType.Config)
    const changed = verifyEdited((list) => {
      replace(list, config, /"sourceHash":"./, '"sourceHash":"-')
    })
    await expect(changed).rejects.toMatchObject({ code: 'E_STRATEGY_CHANGED' })
    const frame = indexOf(EntryType.Frame, 100)
    const cut = verifyEdited((list) => list.splice(frame, 1))
    await expect(cut).rejects.toMatchObject({
      code: 'E_JOURNAL_SEQ',
      at: expect.stringMatching(/segment 0, byte \d+$/),
    })
  })
})
