import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Of the package: this file lies in `dist/src/cli` once compiled. */
export function packageVersion(): string {
  const path = join(dirname(fileURLToPath(import.meta.url)), '../../../package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
