import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { cli, cliJson } from './support/cli.js'
import { temporaryFolder } from './support/folders.js'

const folder = temporaryFolder()
const at = (name: string): string => join(folder, name)

interface Imported {
  readonly events: number
  readonly byKind: Readonly<Record<string, number>>
  readonly instruments: readonly { readonly name: string }[]
  readonly report: {
    readonly format: string
    readonly clockShiftNs: number
    readonly negativeLatency: { readonly count: number; readonly shiftNeededNs: string }
    readonly corrections: readonly { readonly rule: string; readonly count: number }[]
  }
}

beforeAll(() => {
  const bars = ['Date;Close;Low;High;Open', '2013-10-08 12:00;3;1;4;2', '2013-10-08 13:00;2;1;3;3']
  writeFileSync(at('bars.csv'), bars.join('\n'))
  writeFileSync(at('ticks.txt'), '1381233600500,10.5,3\n1381233600700,10.25,1\n')
  const behind = [
    'time,received,price,size,side,id',
    '1381233600.5,1381233600.0,1,1,buy,1',
    '1381233601.0,1381233600.7,1,1,sell,2',
    '1381233601.0,1381233600.7,1,1,sell,2',
  ]
  writeFileSync(at('behind.csv'), behind.join('\n').replace('received', 'local_timestamp'))
})

function imported(...args: string[]): Imported {
  return cliJson<Imported>(['import', ...args, '--out', at('out.tape')])
}

describe('import of tables', () => {
  test('by header, and by a map', () => {
    expect(imported(at('bars.csv'))).toMatchObject({
      byKind: { bar: 2 },
      report: { format: 'csv' },
      instruments: [{ name: 'generic:bars' }],
    })
    const map = ['--columns', 'time=1,price=2,size=3', '--symbol', 'ABC', '--venue', 'mine']
    expect(imported(at('ticks.txt'), ...map)).toMatchObject({
      byKind: { trade: 2 },
      instruments: [{ name: 'mine:ABC' }],
    })
  })

  test('says what it lacks', () => {
    const refused = cli(['import', at('ticks.txt'), '--out', at('out.tape'), '--quiet'])
    expect(refused).toMatchObject({ code: 3 })
    expect(refused.err).toContain('E_IMPORT_FORMAT')
    const wrong = cli(['import', at('bars.csv'), '--out', at('out.tape'), '--repair', 'all'])
    expect(wrong).toMatchObject({ code: 2 })
  })

  test('repairs what it is asked to, and records it', () => {
    const plain = imported(at('behind.csv'))
    expect(plain.report.negativeLatency).toMatchObject({ count: 3, shiftNeededNs: '500000000' })
    expect(plain.report.clockShiftNs).toBe(0)
    const repairs = ['--repair', 'clock-shift', '--repair', 'drop-duplicates']
    const repaired = imported(at('behind.csv'), ...repairs)
    expect(repaired.events).toBe(2)
    expect(repaired.report.negativeLatency.count).toBe(0)
    expect(repaired.report.clockShiftNs).toBe(500_000_000)
    expect(repaired.report.corrections.map(({ count }) => count)).toEqual([1])
  })
})
