import type { Feature, Parameter } from './feature-catalogue.js'

/** Something wrong with a set, and where in its file. */
export interface Violation {
  readonly path: string
  readonly what: string
}

type Column = Readonly<Record<string, unknown>>

/** Members of a column that are no parameters of its feature. */
const OWN = ['name', 'feature', 'instrument', 'of', 'every', 'on', 'bars', 'output']
const CLOCKS = ['every', 'on', 'bars'] as const
const EVENTS = ['depth', 'trade', 'quote', 'touch']
const DURATION = /^[1-9]\d*(ns|us|ms|s|m|h|d)$/

/**
 * Everything that is wrong with a set, as far as the catalogue tells. `refusal` asks the core about a column
 * that the catalogue has nothing against.
 */
export function checkFeatureSet(
  set: unknown,
  catalogue: readonly Feature[],
  refusal: (column: object) => string | null,
): Violation[] {
  if (!isObject(set)) return [{ path: 'set', what: 'no object' }]
  const { features, ...others } = set
  const strangers = Object.keys(others).map((path) => ({ path, what: 'is no member of a set' }))
  if (!Array.isArray(features))
    return [...strangers, { path: 'features', what: 'must be a list of columns' }]
  if (features.length === 0) strangers.push({ path: 'features', what: '0 columns' })
  const columns = features as readonly unknown[]
  return [...strangers, ...columns.flatMap((_, at) => columnAt(columns, at, catalogue, refusal))]
}

function columnAt(
  columns: readonly unknown[],
  at: number,
  catalogue: readonly Feature[],
  refusal: (column: object) => string | null,
): Violation[] {
  const column = columns[at]
  const path = `features[${at}]`
  if (!isObject(column)) return [{ path, what: 'must be an object' }]
  const above = columns.slice(0, at).map(nameOf)
  const found = [...named(column, above), ...shaped(column)]
  const feature = catalogue.find(({ name }) => name === column.feature)
  if (feature === undefined) {
    const what = `feature ${JSON.stringify(column.feature)} is not known`
    found.push({ path: 'feature', what })
  } else {
    found.push(...clocked(column, feature), ...reading(column, feature, above))
    found.push(...parametrised(column, feature))
  }
  const refused = found.length === 0 ? refusal(column) : null
  if (refused !== null) return [{ path, what: refused }]
  return found.map((violation) => ({ ...violation, path: `${path}.${violation.path}` }))
}

const isObject = (value: unknown): value is Column =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const nameOf = (column: unknown): unknown => (isObject(column) ? column.name : undefined)

function named({ name }: Column, above: readonly unknown[]): Violation[] {
  const path = 'name'
  if (typeof name !== 'string' || name === '') return [{ path, what: 'a column must have a name' }]
  if (above.includes(name)) return [{ path, what: `a second column named ${JSON.stringify(name)}` }]
  return []
}

/** Members that are the same for all features. */
function shaped(column: Column): Violation[] {
  const found: Violation[] = []
  for (const path of ['instrument', 'output']) {
    if (column[path] !== undefined && typeof column[path] !== 'string')
      found.push({ path, what: `must be a name, was ${JSON.stringify(column[path])}` })
  }
  const { every, on } = column
  if (every !== undefined && !(typeof every === 'string' && DURATION.test(every)))
    found.push({
      path: 'every',
      what: `must be a time like 100ms, 5s, 1m, was ${JSON.stringify(every)}`,
    })
  if (on !== undefined && !EVENTS.includes(on as string))
    found.push({
      path: 'on',
      what: `must be one of ${EVENTS.join(', ')}, was ${JSON.stringify(on)}`,
    })
  return found
}

function clocked(column: Column, { name, clock }: Feature): Violation[] {
  const given = CLOCKS.filter((clock) => column[clock] !== undefined)
  const [path = 'every', second] = given
  if (second !== undefined) return [{ path: second, what: `a second clock, ${path} is one` }]
  if (clock === 'none') return given.length === 0 ? [] : [{ path, what: `${name} takes no clock` }]
  if (given.length === 0) return [{ path, what: `${name} needs a clock: ${clock}` }]
  return clock.split(/, | or /).includes(path) ? [] : [{ path, what: `${name} takes ${clock}` }]
}

function reading(column: Column, feature: Feature, above: readonly unknown[]): Violation[] {
  const { name, outputs } = feature
  const { least, most } = feature.reads
  const found: Violation[] = []
  const of = column.of ?? []
  if (!Array.isArray(of)) found.push({ path: 'of', what: 'must be a list of columns' })
  else {
    if (of.length < least || of.length > most)
      found.push({ path: 'of', what: `${of.length} columns, ${name} takes ${least} to ${most}` })
    for (const [at, other] of of.entries()) {
      if (!above.includes(other))
        found.push({
          path: `of[${at}]`,
          what: `no column ${JSON.stringify(other)} stands above it`,
        })
    }
  }
  const { output } = column
  if (typeof output === 'string' && !outputs.includes(output))
    found.push({ path: 'output', what: `must be one of ${outputs.join(', ')}, was "${output}"` })
  return found
}

function parametrised(column: Column, { name, parameters }: Feature): Violation[] {
  const given = Object.entries(column).filter(([path]) => !OWN.includes(path))
  return given.flatMap(([path, value]) => {
    const parameter = parameters.find((p) => p.name === path)
    if (parameter === undefined) return [{ path, what: `is no parameter of ${name}` }]
    const wanted = unlike(parameter, value)
    return wanted === null ? [] : [{ path, what: `${wanted}, was ${JSON.stringify(value)}` }]
  })
}

/** What a value should be and is not; null where the catalogue has nothing against it. */
function unlike({ kind, values }: Parameter, value: unknown): string | null {
  switch (kind) {
    case 'whole':
      return Number.isSafeInteger(value) && isWithin(value as number, values)
        ? null
        : `must be a whole number, ${values}`
    case 'real':
      return typeof value === 'number' && isWithin(value, values)
        ? null
        : `must be a number, ${values}`
    case 'word':
      return values.split(', ').includes(value as string) ? null : `must be one of ${values}`
    case 'flag':
      return typeof value === 'boolean' ? null : 'must be true or false'
    case 'duration':
      return typeof value === 'string' && DURATION.test(value) ? null : `must be ${values}`
    default:
      return null
  }
}

/** Bounds that the catalogue words in another way are the core's to check. */
function isWithin(value: number, values: string): boolean {
  const bounds = /^(-?[\d.e]+) to (-?[\d.e]+)$/.exec(values)
  return bounds === null || (value >= Number(bounds[1]) && value <= Number(bounds[2]))
}
