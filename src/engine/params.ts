import { fail } from '../errors/tickwright-error.js'

export type ParamValue = number | boolean | string

/** One parameter: its default gives the type. */
export interface ParamSpec<Value extends ParamValue = ParamValue> {
  readonly default: Value
  readonly description: string
  /** Bounds of a number, both allowed. */
  readonly min?: number
  readonly max?: number
  /** The values that a string may have. */
  readonly choices?: readonly string[]
}

export type ParamSpecs = Readonly<Record<string, ParamSpec>>

type Widened<Value> = Value extends number ? number : Value extends boolean ? boolean : string

/** Parameters as a strategy sees them: all there, all within bounds. */
export type ParamValues<Specs extends ParamSpecs> = {
  readonly [Name in keyof Specs]: Widened<Specs[Name]['default']>
}

/** Fills in defaults and refuses what is unknown or out of bounds, all violations in one error. */
export function resolveParams(
  strategy: string,
  specs: ParamSpecs,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, ParamValue>> {
  const names = Object.keys(specs).join(', ')
  const known = names === '' ? 'are none' : `are ${names}`
  const violations = Object.keys(given)
    .filter((name) => !Object.hasOwn(specs, name))
    .map((name) => `'${name}' is unknown; there ${known}`)
  const values: Record<string, ParamValue> = {}
  for (const [name, spec] of Object.entries(specs)) {
    const value = Object.hasOwn(given, name) ? given[name] : spec.default
    const violation = violationOf(name, spec, value)
    if (violation === undefined) values[name] = value as ParamValue
    else violations.push(violation)
  }
  if (violations.length > 0) {
    throw fail('E_STRATEGY_PARAMS', `strategy '${strategy}': ${violations.join('; ')}`)
  }
  return Object.freeze(values)
}

function violationOf(name: string, spec: ParamSpec, value: unknown): string | undefined {
  const seen = typeof value === 'string' ? `'${value}'` : String(value)
  if (typeof value !== typeof spec.default) {
    return `'${name}' must be a ${typeof spec.default}, was ${seen}`
  }
  if (typeof value === 'number' && Number.isNaN(value)) return `'${name}' must be a number, was NaN`
  if (typeof value === 'number' && spec.min !== undefined && value < spec.min) {
    return `'${name}' must be at least ${spec.min}, was ${seen}`
  }
  if (typeof value === 'number' && spec.max !== undefined && value > spec.max) {
    return `'${name}' must be at most ${spec.max}, was ${seen}`
  }
  if (typeof value === 'string' && spec.choices !== undefined && !spec.choices.includes(value)) {
    return `'${name}' must be one of ${spec.choices.join(', ')}, was ${seen}`
  }
  return undefined
}
