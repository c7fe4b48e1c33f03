declare const unit: unique symbol

/** A number that cannot be mixed up with another kind of number. */
export type Branded<Name extends string> = number & { readonly [unit]: Name }

/**
 * Decimal mantissa of a price at its instrument's price scale: the price is `units × 10^-scale`.
 * An integer, or `NaN` where there is no such price.
 */
export type PriceUnits = Branded<'PriceUnits'>

/** Decimal mantissa of a quantity at its instrument's quantity scale; `NaN` where there is none. */
export type QuantityUnits = Branded<'QuantityUnits'>

/** Largest scale whose power of ten is exact in a double. */
export const SCALE_MAX = 22

/**
 * Exact decimal spelling of a mantissa: `formatUnits(587102, 1)` is `'58710.2'`. All digits of the
 * scale are kept, so equal values have equal spellings. Anything but an integer is spelled as it
 * is.
 */
export function formatUnits(mantissa: number | bigint, scale: number): string {
  if (typeof mantissa === 'number' && !Number.isInteger(mantissa)) return String(mantissa)
  const digits = BigInt(mantissa).toString()
  if (scale === 0) return digits
  const negative = digits.startsWith('-')
  const absolute = (negative ? digits.slice(1) : digits).padStart(scale + 1, '0')
  const point = absolute.length - scale
  return `${negative ? '-' : ''}${absolute.slice(0, point)}.${absolute.slice(point)}`
}

/**
 * What to divide a mantissa by to get the number that its decimal spelling denotes. Exact up to
 * `SCALE_MAX`, so that the quotient is the double nearest to the decimal.
 */
export function unitDivisor(scale: number): number {
  if (!Number.isInteger(scale) || scale < 0 || scale > SCALE_MAX) {
    throw new RangeError(`Condition failed: scale must be 0 to ${SCALE_MAX}, was ${scale}`)
  }
  return Number(`1e${scale}`)
}
