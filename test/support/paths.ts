import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout, also where this file runs compiled. */
export const root = dirname(fileURLToPath(import.meta.url)).replace(/(\/dist)?\/test\/support$/, '')

/** Where the strategies of tests lie: what relative paths of sessions start from. */
export const strategyFolder = join(root, 'test/support/strategies')
