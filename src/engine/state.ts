import { fail } from '../errors/tickwright-error.js'
import type { JsonValue } from './canonical-json.js'

/**
 * What a strategy's initial state declares. `free` takes any JSON (declared as null), `dictionary`
 * any keys (declared as `{}`), `scalar` any number, string, boolean or null. Every shape takes
 * null.
 */
type Shape =
  | { readonly kind: 'free' | 'scalar' | 'dictionary' }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Shape> }
  | { readonly kind: 'array'; readonly element: Shape }

/** A state that has passed the check. */
export type StateObject = { readonly [key: string]: JsonValue }

const free: Shape = { kind: 'free' }
const scalar: Shape = { kind: 'scalar' }

/** Violations named in one error; more are counted. */
const VIOLATIONS_SHOWN = 20

/** The declared state of one strategy: knows its shape, and refuses what does not have it. */
export class StateGuard {
  readonly #strategy: string
  readonly #shape: Shape

  constructor(strategy: string, initial: unknown) {
    this.#strategy = strategy
    const shape = isObject(initial) && !Array.isArray(initial) ? free : scalar
    if (shape === scalar) throw this.#error([`state must be an object, was ${nameOf(initial)}`])
    this.#check(initial, free)
    this.#shape = shapeOf(initial as JsonValue)
  }

  /** Throws `E_STRATEGY_STATE`, with the path of each field that is not as declared. */
  check(state: unknown): StateObject {
    if (!isObject(state)) throw this.#error([`state must be an object, was ${nameOf(state)}`])
    this.#check(state, this.#shape)
    return state as StateObject
  }

  /** Forbids new and lost fields at once, so that the mistake shows at the line that makes it. */
  seal(state: object): void {
    sealTo(state, this.#shape)
  }

  #check(state: unknown, shape: Shape): void {
    const walk = new StateWalk()
    walk.visit(state, shape, 'state')
    if (walk.violations.length > 0) throw this.#error(walk.violations)
  }

  #error(violations: readonly string[]): Error {
    const shown = violations.slice(0, VIOLATIONS_SHOWN).join('; ')
    const more = violations.length - VIOLATIONS_SHOWN
    const message = more > 0 ? `${shown}; and ${more} more` : shown
    return fail('E_STRATEGY_STATE', `strategy '${this.#strategy}': ${message}`)
  }
}

class StateWalk {
  readonly violations: string[] = []
  readonly #seen = new Set<object>()

  visit(value: unknown, shape: Shape, path: string): void {
    if (isPlainScalar(value)) {
      const fits = value === null || shape.kind === 'scalar' || shape.kind === 'free'
      if (!fits) this.violations.push(`${path} was declared ${say(shape)}, was ${nameOf(value)}`)
    } else if (!isObject(value)) {
      this.violations.push(`${path} is ${nameOf(value)}, which JSON cannot hold`)
    } else if (this.#seen.has(value)) {
      this.violations.push(`${path} is an object that the state holds twice`)
    } else {
      this.#seen.add(value)
      if (Array.isArray(value)) this.#visitArray(value, shape, path)
      else this.#visitObject(value, shape, path)
    }
  }

  #visitArray(value: readonly unknown[], shape: Shape, path: string): void {
    if (shape.kind !== 'array' && shape.kind !== 'free') {
      this.violations.push(`${path} was declared ${say(shape)}, was an array`)
      return
    }
    if (Reflect.ownKeys(value).length !== value.length + 1) {
      this.violations.push(`${path} is an array with holes or with fields of its own`)
      return
    }
    const element = shape.kind === 'array' ? shape.element : free
    value.forEach((item, index) => {
      this.visit(item, element, `${path}[${index}]`)
    })
  }

  #visitObject(value: object, shape: Shape, path: string): void {
    if (shape.kind === 'scalar' || shape.kind === 'array') {
      this.violations.push(`${path} was declared ${say(shape)}, was ${nameOf(value)}`)
      return
    }
    const prototype = Object.getPrototypeOf(value) as unknown
    if (prototype !== Object.prototype) {
      this.violations.push(`${path} is ${nameOf(value)}, not a plain object`)
      return
    }
    if (shape.kind === 'object') this.#missing(value, shape.fields, path)
    for (const key of Reflect.ownKeys(value)) this.#visitField(value, key, shape, path)
  }

  #visitField(value: object, key: string | symbol, shape: Shape, path: string): void {
    const at = fieldPath(path, key)
    const field = Object.getOwnPropertyDescriptor(value, key)
    if (typeof key === 'symbol' || key === '__proto__') {
      this.violations.push(`${at} has a name that JSON cannot hold`)
    } else if (field?.get !== undefined || field?.set !== undefined || !field?.enumerable) {
      this.violations.push(`${at} is an accessor or hidden`)
    } else if (shape.kind !== 'object') {
      this.visit(field.value, free, at)
    } else {
      const declared = shape.fields.get(key)
      if (declared === undefined) this.violations.push(`${at} was not declared`)
      else this.visit(field.value, declared, at)
    }
  }

  #missing(value: object, fields: ReadonlyMap<string, Shape>, path: string): void {
    for (const key of fields.keys()) {
      if (!Object.hasOwn(value, key)) this.violations.push(`${fieldPath(path, key)} is missing`)
    }
  }
}

function shapeOf(value: JsonValue): Shape {
  if (value === null) return free
  if (typeof value !== 'object') return scalar
  if (Array.isArray(value)) return { kind: 'array', element: elementShape(value) }
  const fields = Object.entries(value).map(([key, field]) => [key, shapeOf(field)] as const)
  return fields.length === 0 ? { kind: 'dictionary' } : { kind: 'object', fields: new Map(fields) }
}

/** The shape that all declared elements share; else anything goes. */
function elementShape(elements: readonly JsonValue[]): Shape {
  const [first, ...others] = elements.map(shapeOf)
  if (first === undefined) return free
  return others.every((other) => spell(other) === spell(first)) ? first : free
}

function spell(shape: Shape): string {
  if (shape.kind === 'array') return `[${spell(shape.element)}]`
  if (shape.kind !== 'object') return shape.kind
  return `{${[...shape.fields].map(([key, field]) => `${JSON.stringify(key)}:${spell(field)}`)}}`
}

function sealTo(value: unknown, shape: Shape): void {
  if (!isObject(value)) return
  if (shape.kind === 'array' && Array.isArray(value)) {
    for (const item of value) sealTo(item, shape.element)
  } else if (shape.kind === 'object') {
    Object.seal(value)
    for (const [key, field] of shape.fields) sealTo(Reflect.get(value, key), field)
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isPlainScalar(value: unknown): boolean {
  return value === null || ['boolean', 'number', 'string'].includes(typeof value)
}

function fieldPath(path: string, key: string | symbol): string {
  const plain = typeof key === 'string' && /^[A-Za-z_$][\w$]*$/.test(key)
  return plain
    ? `${path}.${key}`
    : `${path}[${typeof key === 'string' ? JSON.stringify(key) : String(key)}]`
}

function say(shape: Shape): string {
  switch (shape.kind) {
    case 'array':
      return 'an array'
    case 'scalar':
      return 'a number, string or boolean'
    default:
      return 'an object'
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value !== 'object') return `a value of type ${typeof value}`
  if (Array.isArray(value)) return 'an array'
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null
  if (prototype === Object.prototype) return 'an object'
  return `an instance of ${prototype?.constructor?.name ?? 'no class'}`
}
