import { proofNames } from '../domain/proof.js'
import { fail } from '../errors/tickwright-error.js'
import type { Strategy } from './strategy.js'

const minimumProofs: readonly string[] = proofNames.filter((proof) => proof !== 'unprovable')

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** Field of a definition → type of its value. */
const fields: Readonly<Record<string, string>> = {
  name: 'string',
  description: 'string',
  minimumProof: 'string',
  params: 'object',
  timers: 'object',
  state: 'function',
  triggers: 'function',
  onStart: 'function',
  onTrigger: 'function',
  onTimer: 'function',
  onBook: 'function',
  onStatus: 'function',
  onAct: 'function',
  onStop: 'function',
}

/** Refuses a definition that cannot be meant, all violations in one `E_STRATEGY_DEFINITION`. */
export function checkDefinition(strategy: Strategy): void {
  const violations = [...fieldViolations(strategy), ...valueViolations(strategy)]
  if (violations.length === 0) return
  throw fail('E_STRATEGY_DEFINITION', `strategy '${strategy.name}': ${violations.join('; ')}`)
}

function fieldViolations(strategy: Strategy): string[] {
  return Object.entries(strategy).flatMap(([field, value]) => {
    if (value === undefined) return []
    const type = fields[field]
    if (type === undefined) return [`'${field}' is unknown; there are ${Object.keys(fields)}`]
    const fits = typeof value === type && value !== null
    return fits
      ? []
      : [`'${field}' must be of type ${type}, was ${value === null ? 'null' : typeof value}`]
  })
}

function valueViolations(strategy: Strategy): string[] {
  const { name, timers = [], minimumProof = 'sequence' } = strategy
  const violations: string[] = []
  if (!NAME.test(String(name))) {
    violations.push(`'name' must be lower case words with dashes, was '${name}'`)
  }
  if (!minimumProofs.includes(minimumProof)) {
    violations.push(`'minimumProof' must be one of ${minimumProofs}, was '${minimumProof}'`)
  }
  if (!Array.isArray(timers) || timers.some((timer) => typeof timer !== 'string' || timer === '')) {
    violations.push("'timers' must be a list of names")
  } else if (new Set(timers).size !== timers.length) {
    violations.push("'timers' names one twice")
  }
  if (strategy.triggers !== undefined && strategy.onTrigger === undefined) {
    violations.push("'triggers' needs 'onTrigger'")
  }
  if (timers.length > 0 && strategy.onTimer === undefined) {
    violations.push("'timers' needs 'onTimer'")
  }
  return violations
}
