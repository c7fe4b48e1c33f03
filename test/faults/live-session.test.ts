// What can go wrong around a live session, each end to end: driver, journal, replay.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TickwrightError } from '../../src/errors/tickwright-error.js'
import { EntryType } from '../../src/protocol/layout.js'
import type { StrategyChoice } from '../../src/runtime/strategies.js'
import { anyCore, cores } from '../support/cores.js'
import { temporaryFolder } from '../support/folders.js'
import { type Entry, journalEntries, notesOf, verifyJournal } from '../support/journal.js'
import { generateMarket, type Input } from '../support/market.js'
import { Random } from '../support/random.js'
import { openSession, type SessionChoice, type TestSession } from '../support/session.js'

const folder = temporaryFolder()
const market = generateMarket(anyCore, { seed: 3, seconds: 4 })
const MS = 1_000_000

const isInput = ({ type }: Entry): boolean => type <= EntryType.CheckpointRef
const stampsOf = (entries: Entry[]): number[] =>
  entries.filter(isInput).map(({ stamp }) => Number(stamp - BigInt(market.config.epoch)))

function recorder(params: Record<string, number> = {}): StrategyChoice[] {
  return [{ source: './recorder.ts', params }]
}

async function open(name: string, choice: Partial<SessionChoice> = {}) {
  const journal = join(folder, `${name}.journal`)
  const live = await openSession({
    ...{ core: anyCore, market, journal, strategies: recorder() },
    ...choice,
  })
  return { ...live, journal }
}

/** Ends a session and expects its replay to be equal to the last input. */
async function expectEqual({ driver, session, journal }: TestSession & { journal: string }) {
  driver.stop()
  const digest = session.digest()
  const verified = await verifyJournal(anyCore, journal)
  expect(verified.verdict).toMatchObject({ equal: true, closed: true, firstDivergence: null })
  expect(verified.digest).toEqual(digest)
  return { ...verified, entries: journalEntries(journal) }
}

describe('the clock', () => {
  it('may step back: stamps are pushed, counted, and rise', async () => {
    const live = await open('stepping-back')
    const random = new Random(1)
    let stepped = 0
    for (const input of market.inputs.slice(0, 500)) {
      const stepsBack = random.below(5) === 0 && live.clock.time > 100 * MS
      if (stepsBack) stepped++
      live.feed(
        stepsBack ? { ...input, stamp: live.clock.time - random.below(90 * MS) - 1 } : input,
      )
      live.driver.advance()
    }
    expect(live.driver.counts.pushedStamps).toBeGreaterThanOrEqual(stepped)
    expect(stepped).toBeGreaterThan(50)
    const stamps = stampsOf((await expectEqual(live)).entries)
    expect(stamps.every((stamp, n) => n === 0 || stamp > (stamps[n - 1] as number))).toBe(true)
  })

  it('may stand still: of two inputs with one stamp the second is a nanosecond later', async () => {
    const live = await open('standing-still')
    const [first, second, third] = market.inputs as [Input, Input, Input]
    live.feed({ ...first, stamp: 5 * MS })
    live.feed({ ...second, stamp: 5 * MS })
    live.feed({ ...third, stamp: 5 * MS })
    expect(live.driver.counts.pushedStamps).toBe(2)
    const { entries } = await expectEqual(live)
    expect(stampsOf(entries)).toEqual([0, 5 * MS, 5 * MS + 1, 5 * MS + 2])
  })
})

describe('a timer', () => {
  /** Index of the first input from which on two have this much time between them. */
  const gapAt = (after: number, ns: number): number =>
    market.inputs.findIndex(
      ({ stamp }, n) => n >= after && (market.inputs[n + 1]?.stamp ?? 0) - stamp > ns,
    )

  async function withAlarm(name: string, alarmNs: number) {
    const live = await open(name, { strategies: recorder({ alarmNs }) })
    for (const input of market.inputs.slice(0, 400)) live.feed(input)
    const { entries } = await expectEqual(live)
    const notes = notesOf(entries)
    const alarm = notes.find(({ label }) => label === 'alarm')
    return { notes, alarm, entries }
  }

  it('due between two frames fires at its own time, before the later one', async () => {
    const at = gapAt(200, 1_000)
    const [before, after] = [market.inputs[at]?.stamp ?? 0, market.inputs[at + 1]?.stamp ?? 0]
    const due = before + 500
    const { notes, alarm } = await withAlarm('between', due)
    // The configuration is input 1, so the input at place `at + 1` has seq `at + 3`.
    expect(alarm).toEqual({ label: 'alarm', values: [due], seq: at + 3 })
    for (const { label, values } of notes.slice(0, notes.indexOf(alarm as (typeof notes)[0]))) {
      expect(values[0], label).toBeLessThanOrEqual(before)
    }
    const next = notes.slice(notes.indexOf(alarm as (typeof notes)[0]) + 1)
    expect(Math.min(...next.map(({ values }) => values[0] ?? 0))).toBeGreaterThanOrEqual(after)
  })

  it('due at the stamp of a frame fires after what the frame brought', async () => {
    const quoted = notesOf((await withAlarm('unused', 3_600_000 * MS)).entries)
    const { values, seq } = quoted.filter(({ label }) => label === 'quote')[20] ?? {
      ...{ values: [0], seq: 0 },
    }
    const due = values[0] ?? 0
    const { notes, alarm } = await withAlarm('at-the-frame', due)
    expect(alarm).toEqual({ label: 'alarm', values: [due], seq: seq + 1 })
    const order = notes.filter((note) => note.values[0] === due).map(({ label }) => label)
    expect(order.slice(-2)).toEqual(['quote', 'alarm'])
  })

  it('due in a quiet market fires when it is polled for, at its own time', async () => {
    const live = await open('quiet', { strategies: recorder({ alarmNs: 700 * MS }) })
    live.feed({ ...(market.inputs[0] as Input), stamp: MS })
    for (const time of [300, 600, 900, 1_200]) {
      live.clock.time = time * MS
      live.driver.advance()
    }
    const { entries, report } = await expectEqual(live)
    expect(report.byType.advance).toBe(1)
    expect(stampsOf(entries)).toEqual([0, MS, 900 * MS])
    expect(notesOf(entries).map(({ label, values }) => [label, values[0]])).toEqual([
      ['start', 0],
      ['alarm', 700 * MS],
      ['stop', 700 * MS],
    ])
  })
})

describe('a frame that fires many triggers', () => {
  it('shows each of two hundred the book at its end, in their order', async () => {
    const live = await open('crowd', { strategies: [{ source: './crowd.ts' }] })
    for (const input of market.inputs.slice(0, 300)) live.feed(input)
    const { entries } = await expectEqual(live)
    const notes = notesOf(entries)
    // An event at a time: the frame with which a book joins may bring several.
    const events = Array.from({ length: notes.length / 200 }, (_, n) => {
      return notes.slice(200 * n, 200 * (n + 1))
    })
    expect(events.length).toBeGreaterThan(5)
    for (const seen of events) {
      expect(seen.map(({ values }) => values[0])).toEqual(Array.from({ length: 200 }, (_, n) => n))
      expect(new Set(seen.map(({ seq, values }) => [seq, ...values.slice(1)].join())).size).toBe(1)
    }
  })

  it('ends the session where its outputs do not fit, and loses nothing that fitted', async () => {
    const strategies = [{ source: './crowd.ts', params: { triggers: 8_000 } }]
    const live = await open('overflow', { strategies, segmentBytes: 2 << 20 })
    const feedAll = (): void => market.inputs.forEach(live.feed)
    expect(feedAll).toThrow(expect.objectContaining({ code: 'E_JOURNAL_FULL' }))
    expect(feedAll, 'from now on').toThrow(expect.objectContaining({ code: 'E_JOURNAL_FULL' }))
    const fed = live.driver.counts.inputs
    const { verdict } = await verifyJournal(anyCore, live.journal)
    expect(verdict).toMatchObject({ equal: true, closed: false, throughSeq: fed - 1 })
  })
})

describe('malformed frames', () => {
  const bad: [string, Uint8Array][] = [
    ['empty', new Uint8Array(0)],
    ['no JSON', Buffer.from('hello')],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['cut', (market.inputs[50] as Input).bytes.slice(0, 90)],
    ['of another symbol', Buffer.from(text(50).replaceAll('BTCUSDT', 'NOSUCH'))],
    ['a price that is none', Buffer.from(text(depthAt()).replace(/\["[\d.]+"/, '["6x1.2"'))],
  ]

  for (const choice of cores) {
    it(`are refused and counted; the session goes on (${choice.kind})`, async (context) => {
      if (!('core' in choice)) return context.skip(choice.absent)
      const live = await open(`malformed-${choice.kind}`, { core: choice.core })
      const clean = await open(`clean-${choice.kind}`, { core: choice.core })
      market.inputs.forEach((input, n) => {
        clean.feed(input)
        const [, bytes] = bad[n % 20] ?? []
        // Where there is a nanosecond between two inputs, so that no stamp is pushed.
        if (bytes !== undefined && input.stamp - live.clock.time > 1) {
          live.feed({ type: EntryType.Frame, source: 0, stamp: input.stamp - 1, bytes })
        }
        live.feed(input)
      })
      const { refusedFrames, ignoredFrames, lastRefusal, instruments } = live.session.describe()
      expect(refusedFrames).toBeGreaterThan(200)
      expect(ignoredFrames).toBe(0)
      expect(lastRefusal).toMatch(/^seq \d+: E_[A-Z_0-9]+: .* at byte \d+/)
      expect(instruments[0]).toMatchObject({ joined: true })
      await expectEqual(live)
      clean.driver.stop()
      // Refused frames leave no trace in what was decided.
      expect(live.session.digest().market).toBe(clean.session.digest().market)
      expect(live.session.digest().decisions).toBe(clean.session.digest().decisions)
    })
  }

  for (const [name, bytes] of bad) {
    it(`${name}: told with code and byte`, async () => {
      const live = await open(`bad-${name.replaceAll(' ', '-')}`)
      live.feed({ type: EntryType.Frame, source: 0, stamp: 1, bytes })
      const { refusedFrames, frames, lastRefusal } = live.session.describe()
      expect({ frames, refusedFrames }).toEqual({ frames: 1, refusedFrames: 1 })
      expect(lastRefusal).toMatch(/^seq 2: E_[A-Z_0-9]+: .* at byte \d+$/)
      await expectEqual(live)
    })
  }

  function text(n: number): string {
    return Buffer.from((market.inputs[n] as Input).bytes).toString('utf8')
  }

  function depthAt(): number {
    return market.inputs.findIndex((_, n) => n > 10 && /depthUpdate.*"b":\[\[/.test(text(n)))
  }
})

describe('a strategy that throws', () => {
  it('ends the session; the error names its line, the replay throws there again', async () => {
    const live = await open('throws', { strategies: recorder({ throwAt: 7 }) })
    let thrown: unknown
    let fed = 0
    try {
      for (const input of market.inputs) {
        live.feed(input)
        fed++
      }
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(TickwrightError)
    expect(thrown).toMatchObject({
      code: 'E_STRATEGY_THREW',
      at: expect.stringMatching(/recorder\.ts:\d+/),
      message: expect.stringContaining('trade 7 is one too many'),
    })
    expect(() => live.driver.advance()).toThrow(thrown as Error)
    expect(() => live.driver.checkpoint()).toThrow(thrown as Error)
    expect(() => live.driver.stop()).toThrow(thrown as Error)

    const { verdict, report, reproduced } = await verifyJournal(anyCore, live.journal)
    // Configuration, `fed` whole inputs, and the one that it threw in.
    expect(report).toMatchObject({ lastSeq: fed + 2, closed: false, tornBytes: 0 })
    expect(verdict).toMatchObject({ equal: true, throughSeq: fed + 1, closed: false })
    expect(reproduced).toEqual([expect.objectContaining({ code: 'E_STRATEGY_THREW' })])
    expect(reproduced[0]?.at).toBe((thrown as TickwrightError).at)
  })
})

describe('a full disk', () => {
  it('stops the session in the segment that was kept for it', async (context) => {
    if (anyCore.kind !== 'native') return context.skip('only the native core keeps a reserve')
    const live = await open('full', { segmentBytes: 64 << 10 })
    let rotations = 0
    const rotate = live.session.rotate.bind(live.session)
    live.session.rotate = (bytes) => {
      if (++rotations > 2) throw new TickwrightError('E_DISK_FULL', 'no room for a segment')
      rotate(bytes)
    }
    const feedAll = (): void => market.inputs.forEach(live.feed)
    expect(feedAll).toThrow(expect.objectContaining({ code: 'E_DISK_FULL' }))
    expect(() => live.driver.stop()).toThrow(expect.objectContaining({ code: 'E_DISK_FULL' }))
    const { verdict, report, digest } = await verifyJournal(anyCore, live.journal)
    expect(report).toMatchObject({ segments: 4, closed: true, tornBytes: 0 })
    expect(verdict).toMatchObject({ equal: true, throughSeq: report.lastSeq })
    expect(digest).toEqual(live.session.digest())
    expect(notesOf(journalEntries(live.journal)).at(-1)?.label).toBe('stop')
  })

  it('an input that no segment can hold is refused', async () => {
    const live = await open('too-large', { segmentBytes: 64 << 10 })
    const bytes = new Uint8Array(64 << 10)
    const feed = (): void => live.feed({ type: EntryType.Frame, source: 0, stamp: 5, bytes })
    expect(feed).toThrow(expect.objectContaining({ code: 'E_INPUT_SIZE' }))
    const { verdict } = await verifyJournal(anyCore, live.journal)
    expect(verdict).toMatchObject({ equal: true, throughSeq: 0, closed: false })
  })
})

describe('a core that is broken', () => {
  for (const choice of cores) {
    it(`answers FAULT with its cause and serves nothing more (${choice.kind})`, async (context) => {
      if (!('core' in choice)) return context.skip(choice.absent)
      const live = await open(`broken-${choice.kind}`, { core: choice.core })
      const [first, second] = market.inputs as [Input, Input]
      live.feed(first)
      const { ctl } = live.session.memory
      live.session.memory.in.set(second.bytes, ctl[2])
      ctl.set([EntryType.Frame, 0], 0)
      ctl.set([second.bytes.length, first.stamp], 3)
      expect(live.session.feed()).toBe(31)
      expect(live.session.fault()).toMatchObject({ code: 'E_STAMP_ORDER' })
      expect(live.session.advance()).toBe(31)
      expect(live.session.resume()).toBe(31)
      expect(() => live.session.save('{}')).toThrow(
        expect.objectContaining({ code: 'E_NOT_QUIESCENT' }),
      )
      expect(() => live.feed(second)).toThrow(expect.objectContaining({ code: 'E_STAMP_ORDER' }))
      const { verdict } = await verifyJournal(choice.core, live.journal)
      expect(verdict).toMatchObject({ equal: true, throughSeq: 1, closed: false })
    })
  }
})
