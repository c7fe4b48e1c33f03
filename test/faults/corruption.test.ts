// Seeded corruption of tapes and journals as files: refused with code and place, or cut and said. Never a
// crash, never silence.
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { TapeFile } from '../../replay/tape-file.js'
import { TickwrightError } from '../../src/errors/tickwright-error.js'
import type { ReplayVerdict } from '../../src/ports/core.js'
import { anyCore, present } from '../support/cores.js'
import { damage, type Place, sameBytes } from '../support/damage.js'
import { temporaryFolder } from '../support/folders.js'
import { journalEntries, readEntries, verifyJournal } from '../support/journal.js'
import { generateMarket, writeTape } from '../support/market.js'
import { chosenSeeds, Random } from '../support/random.js'
import { openSession } from '../support/session.js'
import { runTape } from '../support/tape.js'

const folder = temporaryFolder()
/** Half of them for tapes, half for journals. */
const CORRUPTIONS = 1_000
const core = (seed: number) => present[seed % present.length]?.core ?? anyCore

/** What an error must have: a stable code of a family, the file, the place in it. */
function expectRefusal(error: unknown, family: RegExp, path: string, what: string): void {
  expect(error, what).toBeInstanceOf(TickwrightError)
  const { code, at, hint, category } = error as TickwrightError
  expect(code, what).toMatch(family)
  expect(category, what).toBe('data')
  expect(at, what).toContain(path)
  expect(at, what).toMatch(/byte \d+|manifest|\d{6}\.twj$/)
  expect(hint, what).not.toBe('')
}

describe('a corrupted tape', () => {
  interface Sample {
    readonly bytes: Uint8Array
    readonly places: Place[]
    readonly events: number
  }
  const samples: Sample[] = []

  beforeAll(() => {
    for (const codec of ['none', 'delta', 'delta+zstd']) {
      const path = join(folder, `${codec}.tape`)
      writeTape(anyCore, path, { seed: 4, seconds: 2, codec, blockEvents: 100 })
      const { events, blocks } = TapeFile.open(anyCore, path).summary
      samples.push({
        bytes: new Uint8Array(readFileSync(path)),
        places: blocksOf(path, blocks),
        events,
      })
    }
  })

  /** Where the blocks lie, as a session is told. */
  function blocksOf(path: string, blocks: number): Place[] {
    const places: Place[] = []
    const tape = TapeFile.open(anyCore, path)
    tape.attach({
      supply: (_: string, offset: number, length: number) => {
        places.push({ from: offset, to: offset + length })
      },
    } as never)
    for (let n = 0; n < blocks; n++) tape.supply(n)
    return places
  }

  it('is refused or cut and said', async () => {
    const counts = { refused: 0, cut: 0, unchanged: 0 }
    for (const seed of chosenSeeds(CORRUPTIONS / 2)) {
      const random = new Random(seed)
      const sample = samples[seed % samples.length] as Sample
      const { bytes, what } = damage(sample.bytes, sample.places, random)
      const path = join(folder, `damaged-${seed}.tape`)
      writeFileSync(path, bytes)
      counts[await judge(path, sample, bytes, seed, `seed ${seed}: ${what}`)]++
      rmSync(path)
    }
    expect(counts.refused).toBeGreaterThan(counts.cut)
    expect(counts.cut).toBeGreaterThan(0)
  }, 300_000)

  async function judge(
    path: string,
    sample: Sample,
    bytes: Uint8Array,
    seed: number,
    what: string,
  ) {
    try {
      const tape = TapeFile.open(core(seed), path)
      const { digest, events } = await runTape(core(seed), tape, { strategies: [] })
      if (sameBytes(bytes, sample.bytes)) return 'unchanged'
      expect(tape.summary.tornBytes, what).toBeGreaterThan(0)
      expect(events, what).toBeLessThanOrEqual(sample.events)
      expect(events, what).toBe(tape.summary.events)
      expect(digest.market, what).toBe(tape.summary.contentHash)
      expect(digest.market, what).toBe(await beginning(events))
      return 'cut'
    } catch (error) {
      if (!(error instanceof TickwrightError)) throw error
      expectRefusal(error, /^E_TAPE_/, path, what)
      return 'refused'
    }
  }

  const known = new Map<number, string>()

  /** The market digest of an intact tape's first events. */
  async function beginning(events: number): Promise<string> {
    const found = known.get(events)
    if (found !== undefined) return found
    const tape = TapeFile.open(anyCore, join(folder, 'none.tape'))
    const run = { strategies: [], config: { stopAt: events } }
    const { market } = (await runTape(anyCore, tape, run)).digest
    known.set(events, market)
    return market
  }
})

describe('a corrupted journal', () => {
  const market = generateMarket(anyCore, { seed: 8, seconds: 2 })
  const strategies = [{ source: 'touch-imbalance', params: { periodMs: 20 } }]
  const originals = { closed: join(folder, 'closed.journal'), open: join(folder, 'open.journal') }
  type Ending = keyof typeof originals

  beforeAll(async () => {
    for (const [ending, original] of Object.entries(originals)) {
      const journal = `${original}.written`
      const choice = { core: anyCore, market, journal, strategies, segmentBytes: 128 << 10 }
      const live = await openSession(choice)
      for (const input of market.inputs) live.feed(input)
      if (ending === 'closed') live.driver.stop()
      // The segment that is being made ahead and the reserve are not part of a journal at rest.
      const isPart = (path: string): boolean => path === journal || /\d{6}\.twj$|json$/.test(path)
      cpSync(journal, original, { recursive: true, filter: isPart })
    }
    expect(journalEntries(originals.closed).length).toBeGreaterThan(500)
  })

  it('intact, is equal', async () => {
    for (const ending of ['closed', 'open'] as const) {
      const { verdict, report } = await verifyJournal(anyCore, originals[ending])
      expect(verdict).toMatchObject({ equal: true, closed: ending === 'closed', tornBytes: 0 })
      expect(report.segments).toBeGreaterThan(2)
    }
  })

  it('is refused, or cut and said, or not equal', async () => {
    const counts = { refused: 0, said: 0, unchanged: 0, unwritten: 0 }
    for (const seed of chosenSeeds(CORRUPTIONS / 2)) {
      const random = new Random(seed + CORRUPTIONS)
      const ending: Ending = seed % 2 === 0 ? 'closed' : 'open'
      const journal = join(folder, `damaged-${seed}.journal`)
      cpSync(originals[ending], journal, { recursive: true })
      const what = `seed ${seed}, ${ending}: ${corrupt(journal, random)}`
      counts[await judge(journal, ending, seed, what)]++
      rmSync(journal, { recursive: true })
    }
    expect(counts.refused).toBeGreaterThan(counts.said)
    expect(counts.unwritten).toBeLessThan(counts.refused / 20 + 1)
  }, 300_000)

  /** Damage inside a file, or to the set of them. */
  function corrupt(journal: string, random: Random): string {
    const segments = readdirSync(journal).filter((name) => name.endsWith('.twj'))
    const [a, b] = random
      .distinct(2, segments.length)
      .map((n) => join(journal, segments[n] as string))
    if (a === undefined || b === undefined) throw new Error('a journal of one segment')
    switch (random.below(12)) {
      case 0:
        rmSync(a)
        return `${a} is missing`
      case 1:
        mkdirSync(join(journal, 'held'))
        renameSync(a, join(journal, 'held/a'))
        renameSync(b, a)
        renameSync(join(journal, 'held/a'), b)
        return `${a} and ${b} swapped`
      case 2:
        cpSync(a, b)
        return `${a} in the place of ${b}`
      case 3: {
        const next = join(journal, `${String(segments.length).padStart(6, '0')}.twj`)
        cpSync(a, next)
        return `${a} again at the end`
      }
      case 4:
        return inFile(join(journal, 'manifest.json'), random, [
          { from: 0, to: 10 },
          { from: 20, to: 40 },
        ])
      default: {
        const path = random.below(2) === 0 ? a : b
        const places = readEntries(new Uint8Array(readFileSync(path))).map(
          ({ offset, payload }) => {
            return { from: offset, to: offset + Math.ceil((32 + payload.length) / 16) * 16 }
          },
        )
        return inFile(path, random, places)
      }
    }
  }

  function inFile(path: string, random: Random, places: readonly Place[]): string {
    const { bytes, what } = damage(new Uint8Array(readFileSync(path)), places, random)
    writeFileSync(path, bytes)
    return `${path}: ${what}`
  }

  async function judge(journal: string, ending: Ending, seed: number, what: string) {
    if (isSame(journal, originals[ending])) return 'unchanged'
    try {
      const { report, verdict } = await verifyJournal(core(seed), journal)
      const said =
        report.tornBytes > 0 || report.missingBytes > 0 || report.unclosedSegment !== null
      if (said || !verdict.equal || report.closed !== (ending === 'closed')) {
        expectBeginning(verdict, what)
        return 'said'
      }
      expect(looksUnwritten(journal, ending), `silent: ${what} ${JSON.stringify(report)}`).toBe(
        true,
      )
      return 'unwritten'
    } catch (error) {
      if (!(error instanceof TickwrightError)) throw error
      expectRefusal(error, /^E_JOURNAL_/, journal, what)
      return 'refused'
    }
  }

  /** What is left of an intact journal is equal as far as it goes. */
  function expectBeginning(verdict: ReplayVerdict, what: string): void {
    expect(verdict.equal, what).toBe(true)
    expect(verdict.throughSeq, what).toBeLessThanOrEqual(market.inputs.length + 1)
  }

  /** Whole entries wiped from an open end cannot be told from entries that were never written. */
  function looksUnwritten(journal: string, ending: Ending): boolean {
    if (ending !== 'open') return false
    const left = journalEntries(journal)
    const all = journalEntries(originals.open).slice(0, left.length)
    return left.every(({ seq, type, payload }, n) => {
      const other = all[n]
      return seq === other?.seq && type === other.type && sameBytes(payload, other.payload)
    })
  }
})

const isSame = (a: string, b: string): boolean => {
  const names = readdirSync(a).toSorted()
  if (names.join() !== readdirSync(b).toSorted().join()) return false
  return names.every((name) => sameBytes(readFileSync(join(a, name)), readFileSync(join(b, name))))
}
