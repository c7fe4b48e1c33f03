import { readFileSync } from 'node:fs'
import { TickwrightError } from '../errors/tickwright-error.js'

/** A feature set as its file has it; the core checks what it says. Throws `E_FEATURE_SET`, `E_IO`. */
export function readFeatureSet(path: string): object {
  const wrong = (what: string) =>
    new TickwrightError('E_FEATURE_SET', what, {
      at: path,
      hint: 'a set is { "features": [{ "name": "obi5", "feature": "obi", "depth": 5 }, …] }',
    })
  const text = readText(path)
  let set: unknown
  try {
    set = JSON.parse(text)
  } catch (error) {
    throw wrong(`no JSON: ${(error as Error).message}`)
  }
  if (typeof set !== 'object' || set === null || Array.isArray(set)) throw wrong('no object')
  return set
}

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
