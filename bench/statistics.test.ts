import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pairRatios, quantile, scaled, spread } from './statistics.js'

describe('statistics', () => {
  test('quantiles interpolate between ranks, as NumPy and R do', () => {
    const sorted = [1, 2, 4, 8]
    expect(quantile(sorted, 0)).toBe(1)
    expect(quantile(sorted, 1)).toBe(8)
    expect(quantile(sorted, 0.5)).toBe(3)
    expect(quantile(sorted, 0.1)).toBeCloseTo(1.3, 12)
    expect(quantile([7], 0.9)).toBe(7)
  })

  test('a spread lies in order, does not depend on the order of runs, and changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1 }), (runs) => {
        const kept = [...runs]
        const s = spread(runs)
        expect(runs).toEqual(kept)
        expect(spread(runs.toReversed())).toEqual(s)
        const inOrder = [s.min, s.p10, s.median, s.p90, s.max]
        expect(inOrder.toSorted((a, b) => a - b)).toEqual(inOrder)
        expect([s.runs, s.min, s.max]).toEqual([runs.length, Math.min(...runs), Math.max(...runs)])
      }),
    )
    expect(() => spread([])).toThrow(RangeError)
  })

  test('ratios are of neighbours: a machine that slows down slows both', () => {
    const theirs = [100, 200, 400]
    const ours = [10, 20, 40]
    expect(pairRatios(theirs, ours)).toMatchObject({ min: 10, median: 10, max: 10, runs: 3 })
    expect(() => pairRatios([1], [1, 2])).toThrow(RangeError)
  })

  test('scaling keeps the number of runs', () => {
    expect(scaled(spread([2, 4, 6]), 0.5)).toEqual({ ...spread([1, 2, 3]), runs: 3 })
  })
})
