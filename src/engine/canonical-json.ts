import { fail } from '../errors/tickwright-error.js'

/** What state is made of. Numbers may be NaN, infinite or -0. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** Marks strings that stand for something else; a string that starts with it gets a second one. */
const MARK = '~'

const specials: Readonly<Record<string, number>> = {
  '~NaN': Number.NaN,
  '~Infinity': Number.POSITIVE_INFINITY,
  '~-Infinity': Number.NEGATIVE_INFINITY,
}

/**
 * The one spelling of a value. Keys stay in the order in which they were added, for that is the
 * order in which code that iterates an object sees them: sorted, a restored session could decide
 * otherwise than one that went on.
 */
export function writeCanonical(value: JsonValue): string {
  if (typeof value === 'number') return writeNumber(value)
  if (typeof value === 'string') return writeString(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `[${value.map(writeCanonical).join(',')}]`
  const fields = Object.entries(value).map(
    ([key, field]) => `${JSON.stringify(key)}:${writeCanonical(field)}`,
  )
  return `{${fields.join(',')}}`
}

function writeNumber(value: number): string {
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? String(value) : `"${MARK}${value}"`
}

function writeString(value: string): string {
  return JSON.stringify(value.startsWith(MARK) ? MARK + value : value)
}

/** Reads what `writeCanonical` wrote, and nothing else: `E_STATE_TEXT`. */
export function readCanonical(text: string): JsonValue {
  let value: JsonValue
  try {
    value = JSON.parse(text, revive) as JsonValue
  } catch (error) {
    throw fail('E_STATE_TEXT', `state is not JSON: ${(error as Error).message}`)
  }
  if (writeCanonical(value) !== text) {
    throw fail('E_STATE_TEXT', 'state is JSON, but not in its canonical spelling')
  }
  return value
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith(MARK)) return value
  return Object.hasOwn(specials, value) ? specials[value] : value.slice(MARK.length)
}
