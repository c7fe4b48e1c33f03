import type { Suite } from './suite.js'
import { feed } from './suites/feed.js'

/** In the order in which they run. */
export const suites: readonly Suite[] = [feed]
