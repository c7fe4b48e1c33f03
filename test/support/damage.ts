// Seeded damage to files: what disks, copies and people do to them.
import type { Random } from './random.js'

/** A range of bytes with a meaning: a block of a tape, an entry of a journal. */
export interface Place {
  readonly from: number
  readonly to: number
}

export interface Damaged {
  readonly bytes: Uint8Array
  /** What was done, in words. */
  readonly what: string
}

const HEADER_PLACES: readonly Place[] = [
  { from: 0, to: 32 },
  { from: 32, to: 64 },
]

const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** One random damage; `places` must be in order and not overlap. */
export function damage(bytes: Uint8Array, places: readonly Place[], random: Random): Damaged {
  const at = random.below(bytes.length)
  const end = Math.min(bytes.length, at + 1 + random.below(4_000))
  const out = bytes.slice()
  switch (random.below(8)) {
    case 0:
    case 1: {
      const bit = random.below(8)
      out[at] = (out[at] as number) ^ (1 << bit)
      return { bytes: out, what: `bit ${bit} of byte ${at}` }
    }
    case 2:
      return { bytes: bytes.slice(0, at), what: `cut at ${at}` }
    case 3:
      return { bytes: out.fill(0, at, end), what: `zeros from ${at} to ${end}` }
    case 4:
      return { bytes: join(bytes.slice(0, at), bytes.slice(end)), what: `without ${at} to ${end}` }
    case 5: {
      const tail = Uint8Array.from({ length: 1 + random.below(300) }, () => random.below(256))
      return { bytes: join(bytes, tail), what: `${tail.length} bytes behind` }
    }
    case 6:
      return swap(bytes, places, random)
    default:
      return repeat(bytes, places, random)
  }
}

function swap(bytes: Uint8Array, places: readonly Place[], random: Random): Damaged {
  const [a, b] = twoOf(places, random)
  const parts: Place[] = [
    { from: 0, to: a.from },
    b,
    { from: a.to, to: b.from },
    a,
    { from: b.to, to: bytes.length },
  ]
  const swapped = join(...parts.map(({ from, to }) => bytes.subarray(from, to)))
  return { bytes: swapped, what: `${a.from}–${a.to} and ${b.from}–${b.to} swapped` }
}

/** A copy of one place in front of another, or over it. */
function repeat(bytes: Uint8Array, places: readonly Place[], random: Random): Damaged {
  const [a, b] = twoOf(places, random)
  const over = random.below(2) === 0
  const copy = bytes.subarray(a.from, a.to)
  const rest = bytes.subarray(over ? Math.min(b.from + copy.length, bytes.length) : b.from)
  const what = `${a.from}–${a.to} again ${over ? 'over' : 'in front of'} ${b.from}`
  return { bytes: join(bytes.subarray(0, b.from), copy, rest), what }
}

/** Of a file with less than two, the beginnings of its header. */
function twoOf(known: readonly Place[], random: Random): [Place, Place] {
  const places = known.length > 1 ? known : HEADER_PLACES
  const first = random.below(places.length - 1)
  const second = first + 1 + random.below(places.length - first - 1)
  return [places[first] as Place, places[second] as Place]
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
