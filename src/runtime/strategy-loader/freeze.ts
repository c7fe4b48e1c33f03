import { fail } from '../../errors/tickwright-error.js'
import { allowedGlobals } from './vocabulary.js'

/** The language's own objects, which all code shares: never frozen. */
const intrinsics: ReadonlySet<unknown> = new Set(
  [...allowedGlobals].flatMap((name) => {
    const value: unknown = Reflect.get(globalThis, name)
    return typeof value === 'function' ? [value, value.prototype as unknown] : [value]
  }),
)

/**
 * Freezes what a module declares, through and through, so that writing to it is an error at the
 * line that does it. What cannot be frozen is refused: a hook could hide state in it.
 */
export function freezeConstants(shown: string, constants: Readonly<Record<string, unknown>>): void {
  const seen = new Set<unknown>(intrinsics)
  for (const [name, value] of Object.entries(constants)) freezeDeep(value, seen, shown, name)
}

function freezeDeep(value: unknown, seen: Set<unknown>, shown: string, name: string): void {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return
  if (seen.has(value) || isNative(value)) return
  seen.add(value)
  if (isUnfreezable(value)) {
    const kind = Object.prototype.toString.call(value).slice('[object '.length, -1)
    throw fail(
      'E_STRATEGY_IMPURE',
      `module-level '${name}' holds a ${kind}, which can change: use a plain object or an array`,
      { at: shown },
    )
  }
  for (const key of Reflect.ownKeys(value)) {
    const field = Object.getOwnPropertyDescriptor(value, key)
    if (field !== undefined && 'value' in field) freezeDeep(field.value, seen, shown, name)
  }
  Object.freeze(value)
}

function isNative(value: object): boolean {
  const text = typeof value === 'function' ? Function.prototype.toString.call(value) : ''
  return text.endsWith('{ [native code] }')
}

function isUnfreezable(value: object): boolean {
  if (value instanceof Map || value instanceof Set) return true
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer
}
