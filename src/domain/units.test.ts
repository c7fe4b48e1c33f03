import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatUnits, SCALE_MAX, unitDivisor } from './units.js'

describe('units', () => {
  it.each<[number | bigint, number, string]>([
    [5_871_020, 2, '58710.20'],
    [587_102, 1, '58710.2'],
    [7, 8, '0.00000007'],
    [-7, 2, '-0.07'],
    [0, 3, '0.000'],
    [12, 0, '12'],
    [9_223_372_036_854_775_807n, 18, '9.223372036854775807'],
    [Number.NaN, 2, 'NaN'],
  ])('%s at scale %s is spelled %s', (mantissa, scale, text) => {
    expect(formatUnits(mantissa, scale)).toBe(text)
  })

  it('spell what divides to the nearest double', () => {
    const scales = fc.integer({ min: 0, max: SCALE_MAX })
    fc.assert(
      fc.property(fc.maxSafeInteger(), scales, (mantissa, scale) => {
        expect(mantissa / unitDivisor(scale)).toBe(Number(formatUnits(mantissa, scale)))
      }),
    )
  })

  it('have scales whose powers of ten are exact', () => {
    expect(() => unitDivisor(23)).toThrow('scale must be 0 to 22, was 23')
    expect(() => unitDivisor(-1)).toThrow(RangeError)
  })
})
