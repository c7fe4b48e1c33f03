/** Seeded numbers for tests: the same in every run. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 0x9e3779b9) >>> 0
  }

  /** A whole number below 2^32 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit)
  }

  /** Distinct whole numbers from 0 to `limit - 1`, rising. */
  distinct(count: number, limit: number): number[] {
    const out = new Set<number>()
    while (out.size < Math.min(count, limit)) out.add(this.below(limit))
    return [...out].toSorted((a, b) => a - b)
  }
}

/** The seeds of a test that this run takes: all of them, or the share that CONTRIBUTING.md speaks of. */
export function chosenSeeds(count: number): number[] {
  const all = Array.from({ length: count }, (_, seed) => seed)
  const share = /^1\/(\d+)$/.exec(process.env.TICKWRIGHT_SEEDS ?? 'all')?.[1]
  if (share === undefined) return all
  const base = Number(process.env.TICKWRIGHT_SEED_BASE ?? 0)
  return all.filter((seed) => seed % Number(share) === base % Number(share))
}
