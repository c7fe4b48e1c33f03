import { describe, expect, test } from 'vitest'
import { alternate, type Contender, timed, timedAsync } from './harness.js'

/** A contender that writes down its runs and takes as long as it is told. */
function scripted(name: string, log: string[], answers: readonly unknown[]): Contender {
  let run = 0
  return {
    name,
    unit: 'row',
    units: 10,
    sample: () => {
      log.push(name)
      run += 1
      return { ns: run * 100, answer: answers[(run - 1) % answers.length] }
    },
    end: () => {
      log.push(`end of ${name}`)
    },
  }
}

describe('alternating runs', () => {
  test('go A B A B, and warm-ups are not counted', async () => {
    const log: string[] = []
    const contenders = [scripted('a', log, [1]), scripted('b', log, ['x'])]
    const measured = await alternate(contenders, { warmUps: 2, runs: 3 })
    expect(log).toEqual([...Array(5).fill(['a', 'b']).flat(), 'end of a', 'end of b'])
    expect(measured.map(({ name, ns }) => [name, ns])).toEqual([
      ['a', [300, 400, 500]],
      ['b', [300, 400, 500]],
    ])
    expect(measured[0]?.perRun).toMatchObject({ runs: 3, min: 300, median: 400 })
  })

  test.each([
    ['in a measured run', [1, 1, 2], undefined],
    ['in the warm-up', [1, 2], undefined],
    ['from the first run on', [1], 2],
    ['deep inside', [{ book: [1, [2]] }, { book: [1, [3]] }], undefined],
  ])(
    'a wrong answer %s fails the benchmark, and everything is cleaned up',
    async (_, answers, expected) => {
      const log: string[] = []
      const wrong = { ...scripted('wrong', log, answers), ...(expected ? { expected } : {}) }
      const contenders = [wrong, scripted('right', log, [1])]
      await expect(alternate(contenders, { warmUps: 1, runs: 2 })).rejects.toMatchObject({
        code: 'E_BENCH_ANSWER',
        message: expect.stringContaining('wrong answered'),
      })
      expect(log.slice(-2)).toEqual(['end of wrong', 'end of right'])
    },
  )

  test('only the work is in the time, and its answer is the answer', async () => {
    expect(timed(() => 7)).toEqual({ ns: expect.any(Number), answer: 7 })
    expect(await timedAsync(async () => 8)).toEqual({ ns: expect.any(Number), answer: 8 })
    expect(timed(() => 0).ns).toBeGreaterThanOrEqual(0)
  })
})
