import type { Suite } from './suite.js'
import { feed } from './suites/feed.js'
import { importing } from './suites/import.js'
import { journal } from './suites/journal.js'
import { memory } from './suites/memory.js'
import { replay } from './suites/replay.js'
import { setup } from './suites/setup.js'
import { triggers } from './suites/triggers.js'
import { venues } from './suites/venues.js'

/** In the order in which they run. */
export const suites: readonly Suite[] = [
  feed,
  venues,
  journal,
  replay,
  triggers,
  importing,
  memory,
  setup,
]
