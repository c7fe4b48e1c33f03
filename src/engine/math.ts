import { MathFunction } from '../ports/core.js'

/** The core's `math(fn, x, y)`. */
export type CoreMath = (fn: MathFunction, x: number, y: number) => number

/**
 * The part of `Math` whose results are the same on every machine: what IEEE 754 or integer
 * arithmetic defines comes from JavaScript, `exp log pow tanh` from the core. It is what `Math`
 * means in a strategy.
 */
export interface DeterministicMath {
  readonly E: number
  readonly LN10: number
  readonly LN2: number
  readonly LOG10E: number
  readonly LOG2E: number
  readonly PI: number
  readonly SQRT1_2: number
  readonly SQRT2: number
  abs(x: number): number
  ceil(x: number): number
  clz32(x: number): number
  exp(x: number): number
  floor(x: number): number
  fround(x: number): number
  imul(x: number, y: number): number
  log(x: number): number
  max(...values: number[]): number
  min(...values: number[]): number
  pow(x: number, y: number): number
  round(x: number): number
  sign(x: number): number
  sqrt(x: number): number
  tanh(x: number): number
  trunc(x: number): number
}

export function createMath(core: CoreMath): DeterministicMath {
  // determinism-ok: constants, the same on every machine
  const { E, LN10, LN2, LOG10E, LOG2E, PI, SQRT1_2, SQRT2 } = Math
  // determinism-ok: exact by IEEE 754 or integer arithmetic
  const { abs, ceil, clz32, floor, fround, imul, max, min, round, sign, sqrt, trunc } = Math
  return Object.freeze({
    ...{ E, LN10, LN2, LOG10E, LOG2E, PI, SQRT1_2, SQRT2 },
    ...{ abs, ceil, clz32, floor, fround, imul, max, min, round, sign, sqrt, trunc },
    exp: (x: number) => core(MathFunction.Exp, x, 0),
    log: (x: number) => core(MathFunction.Ln, x, 0),
    pow: (x: number, y: number) => core(MathFunction.Pow, x, y),
    tanh: (x: number) => core(MathFunction.Tanh, x, 0),
  })
}
