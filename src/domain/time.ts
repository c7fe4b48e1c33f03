import type { Branded } from './units.js'

/** Nanoseconds from the session's epoch; exact for 104 days. */
export type SessionNanos = Branded<'SessionNanos'>

/** Durations in nanoseconds. */
export const US = 1_000
export const MS = 1_000_000
export const SECOND = 1_000_000_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
