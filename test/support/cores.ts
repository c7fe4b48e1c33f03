import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { loadCore } from '../../src/adapters/core/load-core.js'
import type { CoreKind, CoreModule } from '../../src/ports/core.js'
import { root } from './paths.js'

/** A build of the core, or why it is not here. */
export type CoreChoice =
  | { readonly kind: CoreKind; readonly core: CoreModule }
  | { readonly kind: CoreKind; readonly absent: string }

/** Both builds, as far as they are there and of these sources. */
export const cores: readonly CoreChoice[] = [native(), wasm()]

/** Those that can be tested. */
export const present: readonly { readonly kind: CoreKind; readonly core: CoreModule }[] =
  cores.filter((choice) => 'core' in choice)

/** What is tested where the build does not matter. */
export const anyCore: CoreModule = loadCore('auto')

function native(): CoreChoice {
  try {
    return { kind: 'native', core: loadCore('native') }
  } catch (error) {
    return { kind: 'native', absent: (error as Error).message }
  }
}

function wasm(): CoreChoice {
  const args = [join(root, 'scripts/build-wasm.mjs'), '--verify']
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) return { kind: 'wasm', absent: stdout.trim() }
  return { kind: 'wasm', core: loadCore('wasm') }
}
