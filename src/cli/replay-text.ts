import type { ReplayVerdict, StageDigests } from '../ports/core.js'
import { count, size } from './ui.js'

/** Figures of a replay: the keys of `replay --json`. */
export interface ReplayDocument {
  readonly events: number
  readonly rows: number
  readonly triggers: number
  /** Of the replay loop alone. */
  readonly wallSeconds: number
  readonly rowsPerSecond: number
  /** Null where the system does not tell. */
  readonly peakAnonBytes: number | null
  readonly digest: StageDigests
  readonly manifest: object
  /** Of a journal that was replayed as it was recorded. */
  readonly verdict?: ReplayVerdict
}

export function replayText(path: string, run: ReplayDocument): string {
  const { events, rows, triggers, wallSeconds, rowsPerSecond, peakAnonBytes, digest } = run
  const memory =
    peakAnonBytes === null ? [] : [`${size(peakAnonBytes)} of anonymous memory at most`]
  const diverged = run.verdict?.equal === false
  return [
    `${path}: ${count(events)} events, ${count(rows)} rows, ${count(triggers)} hand-overs in ${wallSeconds.toFixed(3)} s`,
    [`${count(rowsPerSecond)} rows/s`, ...memory].join(', '),
    ...Object.entries(digest).map(([stage, value]) => `  ${stage.padEnd(12)}${value}`),
    ...(diverged ? [`It DIVERGES from what was recorded: tickwright verify ${path}`] : []),
  ].join('\n')
}
