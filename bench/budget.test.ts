import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { addBench } from '../src/cli/bench.js'
import type { TickwrightError } from '../src/errors/tickwright-error.js'
import { judge, parseBudget, readBudget } from './budget.js'
import { suites } from './registry.js'
import { ReportBuilder, type Suite, type SuiteReport } from './suite.js'

const report = (ratios: Record<string, number>): SuiteReport => ({
  name: 'fake',
  source: 'nothing',
  lines: [],
  figures: [],
  skipped: [],
  ratios: Object.entries(ratios).map(([name, median]) => ({
    name,
    ...{ runs: 1, min: median, p10: median, median, p90: median, max: median },
  })),
})

describe('a budget', () => {
  test('holds floors and ceilings against medians', () => {
    const budget = {
      fake: {
        faster: { atLeast: 7 },
        exactly: { atLeast: 2, atMost: 2 },
        slow: { atLeast: 3 },
        large: { atMost: 1.05 },
        absent: { atLeast: 1 },
      },
      other: { unasked: { atLeast: 1 } },
    }
    const found = judge(budget, [report({ faster: 7, exactly: 2, slow: 2.9, large: 1.06 })])
    expect(found.held).toBe(2)
    expect(found.breaches).toEqual([
      { suite: 'fake', ratio: 'slow', median: 2.9, bound: 'at least 3' },
      { suite: 'fake', ratio: 'large', median: 1.06, bound: 'at most 1.05' },
    ])
    expect(found.unmeasured).toEqual([{ suite: 'fake', ratio: 'absent' }])
  })

  test('a ratio that is no number holds nothing', () => {
    const found = judge({ fake: { a: { atLeast: 1 }, b: { atMost: 1 } } }, [
      report({ a: Number.NaN, b: Number.NaN }),
    ])
    expect(found.breaches).toHaveLength(2)
  })

  test.each([
    ['null', null],
    ['a list', []],
    ['a suite without ratios', { feed: 7 }],
    ['a ratio without a bound', { feed: { depth: {} } }],
    ['a bound that is no number', { feed: { depth: { atLeast: '7' } } }],
    ['a bound of nothing', { feed: { depth: { atLeast: 0 } } }],
    ['a time', { feed: { depth: { nanoseconds: 7 } } }],
  ])('%s is refused', (_, value) => {
    expect(() => parseBudget(value)).toThrow(TypeError)
  })

  test('ours names suites that there are', () => {
    const ours = readBudget(fileURLToPath(new URL('./budget.json', import.meta.url)))
    const names = suites.map(({ name }) => name)
    expect(Object.keys(ours).filter((suite) => !names.includes(suite))).toEqual([])
  })
})

describe('tickwright bench', () => {
  const fake: Suite = {
    name: 'fake',
    about: 'a suite of a known ratio',
    async run(context) {
      const built = new ReportBuilder(context)
      built.ratio('twice', [20, 20], [10, 10])
      return built.build('fake', 'nothing')
    },
  }
  let folder = ''
  let printed = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tickwright-budget-'))
    ;(suites as Suite[]).push(fake)
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += text
      return true
    })
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  })
  afterAll(() => {
    vi.restoreAllMocks()
    ;(suites as Suite[]).pop()
    rmSync(folder, { recursive: true })
  })

  const bench = async (budget: unknown, suite = 'fake'): Promise<number> => {
    const path = join(folder, 'budget.json')
    writeFileSync(path, JSON.stringify(budget))
    printed = ''
    const exit = { value: 0 }
    const program = new Command()
    addBench(program, exit)
    const args = ['bench', suite, '--quick', '--json', '--quiet', '--budget', path]
    await program.parseAsync(args, { from: 'user' })
    return exit.value
  }

  test('ends in 0 where the budget holds, and its document says so', async () => {
    expect(await bench({ fake: { twice: { atLeast: 2 } } })).toBe(0)
    expect(JSON.parse(printed)).toMatchObject({
      machine: { cores: expect.any(Number), node: process.version, load: expect.any(Number) },
      quick: true,
      suites: [{ name: 'fake', ratios: [{ name: 'twice', median: 2, runs: 2 }] }],
      budget: { held: 1, breaches: [], unmeasured: [] },
    })
  })

  test('ends in 1 where a ratio breaches it', async () => {
    expect(await bench({ fake: { twice: { atLeast: 2.1 } } })).toBe(1)
    expect(JSON.parse(printed).budget.breaches).toEqual([
      { suite: 'fake', ratio: 'twice', median: 2, bound: 'at least 2.1' },
    ])
  })

  test('a budget of times, and a suite that is none, are errors of usage', async () => {
    const refusal = (run: Promise<number>): Promise<TickwrightError> =>
      run.then(
        () => expect.fail('it ran'),
        (error) => error,
      )
    const errors = [
      await refusal(bench({ fake: { twice: { seconds: 1 } } })),
      await refusal(bench({}, 'none')),
    ]
    expect(errors.map(({ code }) => code)).toEqual(['E_CONFIG_BUDGET', 'E_USAGE_SUITE'])
    expect(errors.map(({ exitCode }) => exitCode)).toEqual([2, 2])
  })
})
