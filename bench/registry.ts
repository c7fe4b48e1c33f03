import type { Suite } from './suite.js'
import { feed } from './suites/feed.js'
import { importing } from './suites/import.js'
import { memory } from './suites/memory.js'
import { replay } from './suites/replay.js'
import { triggers } from './suites/triggers.js'

/** In the order in which they run. */
export const suites: readonly Suite[] = [feed, replay, triggers, importing, memory]
