import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fail } from '../../errors/tickwright-error.js'

const here = dirname(fileURLToPath(import.meta.url))

/**
 * The sources, so that a strategy has one hash however it is run: from the sources themselves or from what
 * is compiled from them (`dist/src/runtime/strategy-loader`).
 */
const shippedFolder =
  [join(here, '../../../../src/strategies'), join(here, '../../strategies')].find((folder) =>
    existsSync(join(folder, 'touch-imbalance.ts')),
  ) ?? join(here, '../../strategies')

const STRATEGY_FILE = /^(?<name>[a-z0-9-]+)\.(ts|js)$/

/** Names of the strategies that come with tickwright. */
export function shippedStrategies(): string[] {
  return [...shipped().keys()].toSorted()
}

/** The file of a strategy: a bare name is a shipped one, anything else a path from `directory`. */
export function resolveStrategy(nameOrPath: string, directory: string): string {
  const looksLikePath = /[/\\]|\.m?[jt]s$/.test(nameOrPath)
  const path = looksLikePath ? resolve(directory, nameOrPath) : shipped().get(nameOrPath)
  if (path === undefined) {
    const known = shippedStrategies().join(', ')
    throw fail('E_STRATEGY_UNKNOWN', `there is no strategy '${nameOrPath}'; shipped are: ${known}`)
  }
  if (!/\.m?[jt]s$/.test(path)) {
    throw fail('E_STRATEGY_UNKNOWN', `strategy '${nameOrPath}' is not a .ts, .js or .mjs file`)
  }
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path
  throw fail('E_STRATEGY_FILE', `there is no file '${nameOrPath}'`, { at: path })
}

function shipped(): ReadonlyMap<string, string> {
  const files = readdirSync(shippedFolder).flatMap((file) => {
    const name = STRATEGY_FILE.exec(file)?.groups?.name
    return name === undefined ? [] : [[name, join(shippedFolder, file)] as const]
  })
  return new Map(files)
}
