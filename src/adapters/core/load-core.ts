import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TickwrightError } from '../../errors/tickwright-error.js'
import type { CoreModule } from '../../ports/core.js'
import { loadNativeCore } from './native-core.js'
import { loadWasmCore } from './wasm-core.js'

export type CoreChoice = 'native' | 'wasm' | 'auto'

/** The package's root: this file lies in `dist/src/adapters/core` once compiled. */
const root = packageRoot(dirname(fileURLToPath(import.meta.url)))

function packageRoot(folder: string): string {
  const parent = dirname(folder)
  return existsSync(join(folder, 'package.json')) || parent === folder
    ? folder
    : packageRoot(parent)
}

const loaded = new Map<CoreChoice, CoreModule>()

/** Loads a build of the core once: the addon where it is there, else WebAssembly, or what was asked for. */
export function loadCore(choice: CoreChoice = 'auto'): CoreModule {
  const known = loaded.get(choice)
  if (known !== undefined) return known
  const core = choice === 'wasm' ? wasm() : native(choice)
  loaded.set(choice, core)
  return core
}

function native(choice: CoreChoice): CoreModule {
  const path = join(root, 'dist/native/tickwright.node')
  try {
    return loadNativeCore(path)
  } catch (error) {
    const why = existsSync(path) ? `the addon does not load: ${error}` : 'the addon was not built'
    if (choice === 'auto') return { ...wasm(), reason: why }
    throw new TickwrightError('E_MISSING_ADDON', why, {
      at: path,
      cause: error,
      category: 'missing',
      hint: 'install cargo and run `npm run setup`, or use --core wasm',
    })
  }
}

function wasm(): CoreModule {
  const path = join(root, 'wasm/tickwright.wasm')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  return loadWasmCore(path, version)
}
