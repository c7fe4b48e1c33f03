import { Script } from 'node:vm'
import type { DeterministicMath } from '../../engine/math.js'
import { FREEZE } from './source-module.js'
import { allowedGlobals } from './vocabulary.js'

export type Exports = Record<string, unknown>

/** A module's body, ready to be run once. */
export type ModuleBody = (
  exports: Exports,
  require: (specifier: string) => Exports,
  freeze: (constants: Readonly<Record<string, unknown>>) => void,
) => void

/** Cannot be names of parameters. */
const unshadowable: ReadonlySet<string> = new Set(['eval', 'arguments'])

/** Every global of this Node that a strategy may not use. */
function shadowedNames(): string[] {
  return Object.getOwnPropertyNames(globalThis).filter(
    (name) =>
      /^[A-Za-z_$][\w$]*$/.test(name) && !allowedGlobals.has(name) && !unshadowable.has(name),
  )
}

/**
 * Makes a function of a module's code in which forbidden globals are undefined and `Math` is the
 * engine's. The names are parameters of an outer function, so that the module may declare its own.
 */
export function moduleBody(path: string, code: string, math: DeterministicMath): ModuleBody {
  const parameters = ['Math', ...shadowedNames()].join(', ')
  const head = `(function (${parameters}) { return function (exports, require, ${FREEZE}) {`
  const script = new Script(`${head}\n${code}\n} })`, { filename: path, lineOffset: -1 })
  const outer = script.runInThisContext() as (math: DeterministicMath) => ModuleBody
  return outer(math)
}
