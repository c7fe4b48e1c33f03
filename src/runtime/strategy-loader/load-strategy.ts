import { createHash } from 'node:crypto'
import { dirname, relative, sep } from 'node:path'
import { checkDefinition } from '../../engine/definition.js'
import type { LoadedStrategy } from '../../engine/loaded-strategy.js'
import { type CoreMath, createMath, type DeterministicMath } from '../../engine/math.js'
import { resolveParams } from '../../engine/params.js'
import { isStrategy } from '../../engine/strategy.js'
import { fail, TickwrightError } from '../../errors/tickwright-error.js'
import * as api from '../../index.js'
import { freezeConstants } from './freeze.js'
import { type ModuleGraph, PACKAGE, readGraph } from './module-graph.js'
import { resolveStrategy } from './resolve.js'
import { type Exports, moduleBody } from './sandbox.js'
import type { SourceModule } from './source-module.js'
import { locateIn, type MappedScript } from './stack-map.js'

/** What `import … from 'tickwright'` gives. */
const strategyApi: Exports = Object.freeze({ ...api })

export interface LoadOptions {
  /** The core's, which becomes `Math.exp` and its like in the strategy. */
  readonly math: CoreMath
  /** Parameters that differ from their defaults. */
  readonly params?: Readonly<Record<string, unknown>>
  /** What relative paths start from. */
  readonly directory: string
}

/**
 * Loads a strategy by the name of a shipped one or by the path of a file: reads it and what it
 * imports, refuses what could make two runs differ, and runs it in a world without such things.
 */
export async function loadStrategy(
  nameOrPath: string,
  { math, params = {}, directory }: LoadOptions,
): Promise<LoadedStrategy> {
  const path = resolveStrategy(nameOrPath, directory)
  // The compiler takes longer to load than the rest of us: only for those who run a strategy.
  const { default: typescript } = await import('typescript')
  const graph = readGraph(typescript, path, directory)
  const linker = new Linker(graph, createMath(math))
  const strategy = linker.run().default
  if (!isStrategy(strategy)) {
    throw fail('E_STRATEGY_EXPORT', 'the default export is not made by defineStrategy', {
      at: graph.entry.shown,
    })
  }
  const values = placed(graph.entry.shown, () => {
    checkDefinition(strategy)
    return resolveParams(strategy.name, strategy.params ?? {}, params)
  })
  return {
    strategy,
    params: values,
    sourceHash: hashOf(graph),
    locate: (error) => linker.locate(error),
  }
}

/** Runs the modules of a graph, each once, imports first. */
class Linker {
  readonly #graph: ModuleGraph
  readonly #math: DeterministicMath
  readonly #done = new Map<string, Exports>()
  readonly #running = new Set<string>()
  readonly #scripts: MappedScript[] = []

  constructor(graph: ModuleGraph, math: DeterministicMath) {
    this.#graph = graph
    this.#math = math
  }

  run(): Exports {
    try {
      return this.#module(this.#graph.entry)
    } catch (error) {
      if (error instanceof TickwrightError) throw error.placed(this.locate(error))
      const at = this.locate(error)
      const seen = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      const message = `strategy threw while it was loaded: ${seen}`
      throw fail('E_STRATEGY_THREW', message, { at, cause: error })
    }
  }

  locate(error: unknown): string {
    return locateIn(this.#scripts, error)
  }

  #module(module: SourceModule): Exports {
    const done = this.#done.get(module.path)
    if (done !== undefined) return done
    if (this.#running.has(module.path)) {
      throw fail('E_STRATEGY_IMPORT', 'modules import each other in a circle', {
        at: module.shown,
      })
    }
    this.#running.add(module.path)
    const { path, shown } = module
    const { code, map } = module.compile()
    this.#scripts.push({ path, shown, map })
    const exports: Exports = {}
    const freeze = (constants: Exports): void => freezeConstants(shown, constants)
    moduleBody(path, code, this.#math)(exports, (name) => this.#require(module, name), freeze)
    freeze(exports)
    this.#done.set(path, Object.freeze(exports))
    return exports
  }

  #require(from: SourceModule, specifier: string): Exports {
    if (specifier === PACKAGE) return strategyApi
    const target = this.#graph.modules.get(this.#graph.target(from, specifier) ?? '')
    if (target !== undefined) return this.#module(target)
    throw fail('E_STRATEGY_IMPORT', `cannot import '${specifier}'`, { at: from.shown })
  }
}

function placed<Result>(at: string, call: () => Result): Result {
  try {
    return call()
  } catch (error) {
    throw error instanceof TickwrightError ? error.placed(at) : error
  }
}

/** Over names (from the entry's folder) and contents, in the order of names. */
function hashOf({ entry, modules }: ModuleGraph): string {
  const folder = dirname(entry.path)
  const lines = [...modules.values()].map(
    ({ path, sha256 }) => `${relative(folder, path).split(sep).join('/')} ${sha256}\n`,
  )
  return createHash('sha256').update(lines.toSorted().join('')).digest('hex')
}
