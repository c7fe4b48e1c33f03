/** What is said of a series of measurements; the tenth and ninetieth percentile are its spread. */
export interface Spread {
  readonly runs: number
  readonly min: number
  readonly p10: number
  readonly median: number
  readonly p90: number
  readonly max: number
}

/**
 * A quantile by linear interpolation between the two nearest ranks (type 7 of Hyndman and Fan 1996, the
 * default of R and NumPy). `sorted` rises and is not empty; `q` lies in 0 … 1.
 */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q
  const low = sorted[Math.floor(at)] as number
  const high = sorted[Math.ceil(at)] as number
  return low + (high - low) * (at - Math.floor(at))
}

/** Throws `RangeError` where there is nothing to describe. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('no measurement to describe')
  const sorted = [...values].sort((a, b) => a - b)
  return {
    runs: sorted.length,
    min: quantile(sorted, 0),
    p10: quantile(sorted, 0.1),
    median: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    max: quantile(sorted, 1),
  }
}

/**
 * The ratio of each pair of runs that stood next to each other in time, so that a machine that slows
 * down slows both. Throws `RangeError` where the series are not equally long.
 */
export function pairRatios(above: readonly number[], below: readonly number[]): Spread {
  if (above.length !== below.length) {
    throw new RangeError(`${above.length} runs cannot be paired with ${below.length}`)
  }
  return spread(above.map((value, index) => value / (below[index] as number)))
}

/** A value with its spread scaled by a constant: nanoseconds a run to nanoseconds a frame. */
export function scaled(values: Spread, factor: number): Spread {
  return {
    runs: values.runs,
    min: values.min * factor,
    p10: values.p10 * factor,
    median: values.median * factor,
    p90: values.p90 * factor,
    max: values.max * factor,
  }
}
