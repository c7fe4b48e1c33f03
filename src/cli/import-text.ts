import { count, table } from './ui.js'

/** What the core says of an import: `native/world/src/import/report.rs`. */
export interface ImportReport {
  readonly events: number
  readonly rows: number
  readonly byKind: Readonly<Record<string, number>>
  readonly instruments: readonly {
    readonly name: string
    readonly tick: string
    readonly lot: string
    readonly inferred: boolean
    readonly joined: boolean
  }[]
  readonly bytes: number
  readonly contentHash: string
  readonly report: DataReport
}

export interface DataReport {
  readonly venue: string
  readonly venueAssumed: boolean
  readonly gaps: number
  readonly duplicates: number
  readonly outOfOrder: number
  readonly stale: number
  readonly unjoined: readonly string[]
  readonly negativeLatency: { readonly count: number; readonly shiftNeededNs: string }
  readonly crossed: { readonly count: number }
  readonly oneSided: number
  readonly empty: number
  readonly refusedFrames: {
    readonly total: number
    readonly byCode: Readonly<Record<string, RefusedCode>>
  }
  readonly ignoredFrames: {
    readonly total: number
    readonly byKind: Readonly<Record<string, number>>
  }
  readonly precisionLoss: { readonly count: number }
  readonly schemaDrift: {
    readonly count: number
    readonly changes: readonly {
      readonly message: string
      readonly field: string
      readonly change: string
      readonly count: number
    }[]
  }
  readonly oddities: readonly Noted[]
  readonly corrections: readonly Noted[]
  readonly bookRows?: BookRows
}

/** Messages held against the order book rows beside them: `native/world/src/import/rows/lobster/counts.rs`. */
export interface BookRows {
  readonly rows: number
  readonly compared: number
  readonly mismatched: number
  readonly firstMismatch?: number
  readonly edgeOrders: number
  readonly edgeReturns: number
  readonly edgeRemovals: number
  readonly unknownOrders: number
  readonly messagesWithoutRow: number
  readonly rowsWithoutMessage: number
  readonly hiddenExecutions: number
  readonly crosses: number
  readonly halts: number
}

/** A rule, how often it applied, and where first. */
interface Noted {
  readonly rule: string
  readonly count: number
  readonly first: string
}

interface RefusedCode {
  readonly count: number
  readonly first: {
    readonly file: string
    readonly line: number
    readonly frameByte: number
    readonly what: string
  }
}

export function importText(report: ImportReport, out: string): string {
  const { report: data } = report
  const kinds = Object.entries(report.byKind).map(
    ([kind, events]) => [`  ${kind}`, events] as const,
  )
  const findings = [
    ['gaps', data.gaps],
    ['duplicates', data.duplicates],
    ['out of order', data.outOfOrder],
    ['stale updates', data.stale],
    ['negative latency', data.negativeLatency.count],
    ['crossed', data.crossed.count],
    ['one-sided', data.oneSided],
    ['empty', data.empty],
    ['refused frames', data.refusedFrames.total],
    ['ignored frames', data.ignoredFrames.total],
    ['precision loss', data.precisionLoss.count],
    ['schema drift', data.schemaDrift.count],
    ['oddities', data.oddities.length],
    ['corrections', data.corrections.length],
  ] as const
  return [
    `${out}: ${count(report.events)} events, ${count(report.rows)} rows, ${count(report.bytes)} bytes`,
    table(kinds),
    ...report.instruments.map((i) => instrumentLine(i, data.unjoined)),
    ...(data.venueAssumed ? [`venue: ${data.venue}, assumed; --venue says it`] : []),
    'data report',
    table(findings.map(([name, n]) => [`  ${name}`, n])),
    ...details(data),
    ...(data.bookRows === undefined ? [] : bookRowLines(data.bookRows)),
    `content hash ${report.contentHash}`,
  ].join('\n')
}

function instrumentLine(
  i: ImportReport['instruments'][number],
  unjoined: readonly string[],
): string {
  const steps = `tick ${i.tick}, lot ${i.lot}${i.inferred ? ' (inferred)' : ''}`
  const missing = unjoined.includes(i.name) ? 'book NOT joined' : 'no book'
  return `${i.name}: ${steps}, ${i.joined ? 'book joined' : missing}`
}

/** What the counts stand for, with the place of the first of each. */
function details(data: DataReport): string[] {
  const { refusedFrames, ignoredFrames, schemaDrift } = data
  const ignored = Object.entries(ignoredFrames.byKind).map(([kind, n]) => `${count(n)} ${kind}`)
  return [
    ...Object.entries(refusedFrames.byCode).map(refusedLine),
    ...(ignored.length > 0 ? [`  ignored: ${ignored.join(', ')}`] : []),
    ...schemaDrift.changes.map(
      ({ message, field, change, count: n }) =>
        `  drift: ${message}.${field} ${change}, ${count(n)} ×`,
    ),
    ...clockLine(data),
    ...[...data.oddities, ...data.corrections].map(
      ({ rule, count: n, first }) => `  ${count(n)} ×: ${rule}; first at ${first}`,
    ),
  ]
}

function clockLine({ negativeLatency: { count: n, shiftNeededNs } }: DataReport): string[] {
  if (n === 0) return []
  const behind = (Number(shiftNeededNs) / 1e6).toFixed(3)
  return [
    `  the clock runs up to ${behind} ms behind the venue's; --repair clock-shift puts it right`,
  ]
}

function refusedLine([code, { count: times, first }]: [string, RefusedCode]): string {
  const { file, line, frameByte, what } = first
  const place = `${file}, line ${count(line)}, byte ${frameByte} of the frame`
  return `  ${code}: ${count(times)}, first at ${place}: expected ${what}`
}

/** How many messages had a row to be held against, and what the rows made up for. */
export function bookRowLines(of: BookRows): string[] {
  const { rows, compared, mismatched, firstMismatch } = of
  const where = firstMismatch === undefined ? '' : `, first at its line ${count(firstMismatch)}`
  const lost = of.messagesWithoutRow + of.rowsWithoutMessage
  return [
    `  order book rows: ${count(rows)}; ${count(compared)} compared, ${count(mismatched)} mismatched${where}`,
    `  at the window's edge: ${count(of.edgeOrders)} anonymous orders, ${count(of.edgeReturns)} came back, ${count(of.edgeRemovals)} left`,
    `  about orders not seen: ${count(of.unknownOrders)}; hidden executions ${count(of.hiddenExecutions)}, crosses ${count(of.crosses)}, halts ${count(of.halts)}`,
    ...(lost > 0 ? [`  ${count(lost)} rows without their other half`] : []),
  ]
}
