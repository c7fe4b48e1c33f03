import type { Judgement } from './budget.js'
import { type Machine, machineLine } from './machine.js'
import type { SuiteReport } from './suite.js'

/** Three significant digits, thousands apart. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const rounded = Number(value.toPrecision(3))
  const [whole = '', fraction] = String(rounded).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** A rate with its power of thousand: `131 M`. */
export function rate(value: number): string {
  if (value >= 1e9) return `${number(value / 1e9)} G`
  if (value >= 1e6) return `${number(value / 1e6)} M`
  if (value >= 1e4) return `${number(value / 1e3)} k`
  return number(value)
}

/** Columns of text, the first to the left, all others to the right. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

/** One suite as text. */
export function suiteTable(report: SuiteReport): string {
  const { lines, ratios, figures, skipped } = report
  const out = [`${report.name}: ${report.source}`]
  if (lines.length > 0) {
    const head = ['', 'ns a unit', 'p10', 'p90', 'least', 'a second', 'runs']
    const rows = lines.map(({ name, unit, nsPerUnit: ns, unitsPerSecond }) => [
      ...[`${name}, ${unit}`, number(ns.median), number(ns.p10), number(ns.p90)],
      ...[number(ns.min), rate(unitsPerSecond), String(ns.runs)],
    ])
    out.push(...columns([head, ...rows]))
  }
  if (ratios.length > 0) {
    const rows = ratios.map(({ name, median, p10, p90, target = '' }) => [
      ...[name, number(median), number(p10), number(p90), target],
    ])
    out.push('', ...columns([['ratio, pair by pair', 'median', 'p10', 'p90', 'target'], ...rows]))
  }
  if (figures.length > 0) {
    const rows = figures.map(({ name, value, unit, target = '' }) => [
      ...[name, `${rate(value)} ${unit}`, target],
    ])
    out.push('', ...columns([['figure', 'value', 'target'], ...rows]))
  }
  if (skipped.length > 0) out.push('')
  out.push(...skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`))
  return `${out
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n')
    .trimStart()}\n`
}

/** What the budget came to. */
export function judgementText({ held, breaches, unmeasured }: Judgement): string {
  const lines = breaches.map(
    ({ suite, ratio, median, bound }) =>
      `breached: ${suite}: ${ratio}: ${number(median)}, must be ${bound}`,
  )
  lines.push(...unmeasured.map(({ suite, ratio }) => `not measured: ${suite}: ${ratio}`))
  lines.push(`budget: ${held} held, ${breaches.length} breached, ${unmeasured.length} not measured`)
  return `${lines.join('\n')}\n`
}

export const headline = (machine: Machine, quick: boolean): string =>
  `${machineLine(machine)}${quick ? ', quick' : ''}\n`
