import { readFileSync } from 'node:fs'
import { TickwrightError } from '../errors/tickwright-error.js'
import type { CoreModule } from '../ports/core.js'
import { askFeatures, type Feature } from './feature-catalogue.js'
import { checkFeatureSet } from './feature-check.js'

const HINT = 'a set is { "features": [{ "name": "obi5", "feature": "obi", "depth": 5 }, …] }'

/**
 * A feature set as its file has it, YAML or JSON by its ending. All that is wrong with it is told at once;
 * what depends on a tape is the core's to refuse. Throws `E_FEATURE_SET`, `E_IO`.
 */
export async function readFeatureSet(core: CoreModule, path: string): Promise<object> {
  const text = readText(path)
  const isYaml = /\.ya?ml$/i.test(path)
  let set: unknown
  try {
    // What YAML has beyond JSON, such as a list within itself, is refused here.
    set = JSON.parse(isYaml ? await asJson(text) : text)
  } catch (error) {
    throw refused(path, `no ${isYaml ? 'YAML' : 'JSON'}: ${(error as Error).message}`)
  }
  const catalogue = askFeatures<readonly Feature[]>(core, 'list')
  const refusal = (column: object): string | null =>
    askFeatures<string | null>(core, 'refusal', {}, bytesOf(column))
  const found = checkFeatureSet(set, catalogue, refusal)
  const lines = found.map((violation) => `${violation.path}: ${violation.what}`)
  if (lines.length > 0) throw refused(path, lines.join('\n  '))
  return set as object
}

/** The library is loaded where it is needed. */
async function asJson(yaml: string): Promise<string> {
  const { parse } = await import('yaml')
  return JSON.stringify(parse(yaml))
}

/** A set as the core takes it. */
export const bytesOf = (set: object): Uint8Array => new TextEncoder().encode(JSON.stringify(set))

const refused = (at: string, what: string): TickwrightError =>
  new TickwrightError('E_FEATURE_SET', what, { at, hint: HINT })

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new TickwrightError('E_IO', `cannot read: ${(error as Error).message}`, {
      at: path,
      hint: 'check the path',
      category: 'data',
      cause: error,
    })
  }
}
