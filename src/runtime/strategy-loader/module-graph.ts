import { readFileSync, statSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import type ts from 'typescript'
import { fail } from '../../errors/tickwright-error.js'
import { type ImportOf, readModule, type SourceModule } from './source-module.js'
import { placeOf, type Violation } from './violation.js'

/** The one package that a strategy imports. */
export const PACKAGE = 'tickwright'

const MODULES_MAX = 256
const FILE_BYTES_MAX = 1_048_576

/** A strategy's files, the entry first, each with the files that its imports stand for. */
export interface ModuleGraph {
  readonly entry: SourceModule
  readonly modules: ReadonlyMap<string, SourceModule>
  /** The file that an import of a module stands for. */
  target(from: SourceModule, specifier: string): string | undefined
}

/**
 * Reads a module and all that it imports, and refuses what a strategy must not do: everything that
 * was found is in one error, `E_STRATEGY_SYNTAX` or else `E_STRATEGY_IMPURE`.
 */
export function readGraph(typescript: typeof ts, entry: string, directory: string): ModuleGraph {
  const modules = new Map<string, SourceModule>()
  const refused: Violation[] = []
  const waiting = [entry]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (modules.has(path)) continue
    if (modules.size === MODULES_MAX) {
      throw fail('E_STRATEGY_FILE', `strategy imports more than ${MODULES_MAX} files`)
    }
    const module = readModule(typescript, path, shownPath(path, directory), readText(path))
    modules.set(path, module)
    for (const of of module.imports) {
      const target = targetOf(path, of.specifier)
      if (target !== undefined) waiting.push(target)
      else if (of.specifier !== PACKAGE) refused.push(importViolation(of))
    }
  }
  refuse([...modules.values()], refused)
  return {
    entry: modules.get(entry) as SourceModule,
    modules,
    target: (from, specifier) => targetOf(from.path, specifier),
  }
}

function refuse(modules: readonly SourceModule[], imports: readonly Violation[]): void {
  const syntax = modules.flatMap((module) => module.syntaxErrors)
  if (syntax.length > 0) throw listed('E_STRATEGY_SYNTAX', 'source has', syntax)
  const impure = [...modules.flatMap((module) => module.impurities), ...imports]
  if (impure.length > 0) throw listed('E_STRATEGY_IMPURE', 'strategy uses', impure)
}

function listed(
  code: 'E_STRATEGY_SYNTAX' | 'E_STRATEGY_IMPURE',
  title: string,
  violations: readonly Violation[],
): Error {
  const sorted = violations.toSorted(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column,
  )
  const lines = sorted.map((violation) => `  ${placeOf(violation)}  ${violation.what}`)
  const things = code === 'E_STRATEGY_SYNTAX' ? 'errors' : 'things that it must not'
  return fail(code, `${title} ${sorted.length} ${things}:\n${lines.join('\n')}`, {
    at: placeOf(sorted[0] as Violation),
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function importViolation({ specifier, ...place }: ImportOf): Violation {
  const relativePath = specifier.startsWith('.')
  const what = relativePath
    ? `import '${specifier}': there is no such file`
    : `import '${specifier}': relative files and '${PACKAGE}' alone`
  return { ...place, what }
}

/** Endings that an import of TypeScript style stands for, tried in order. */
const alternatives: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.js$/, ['.js', '.ts']],
  [/\.mjs$/, ['.mjs', '.mts']],
  [/\.m?ts$/, ['']],
  [/$/, ['.ts', '.mts', '.js', '.mjs']],
]

function targetOf(from: string, specifier: string): string | undefined {
  if (!/^\.\.?\//.test(specifier)) return undefined
  const path = resolve(dirname(from), specifier)
  const [ending, endings] = alternatives.find(([pattern]) => pattern.test(path)) ?? [/$/, []]
  return endings
    .map((other) => (other === '' ? path : path.replace(ending, other)))
    .find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile() === true)
}

function readText(path: string): string {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw fail('E_STRATEGY_FILE', `strategy cannot be read: ${(error as Error).message}`, {
      at: path,
    })
  }
  if (bytes.length <= FILE_BYTES_MAX) return bytes.toString('utf8')
  const message = `strategy has ${bytes.length} bytes, at most ${FILE_BYTES_MAX} are read`
  throw fail('E_STRATEGY_FILE', message, { at: path })
}

/** Relative to where the user is, where that is shorter. */
function shownPath(path: string, directory: string): string {
  const below = relative(directory, path)
  return below.startsWith('..') ? path : below.split(sep).join('/')
}
