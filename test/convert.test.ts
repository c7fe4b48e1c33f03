// `convert`: what is written can be read by others, and read back.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { parquetLines } from '../src/cli/parquet-lines.js'
import { cli, cliJson } from './support/cli.js'
import { temporaryFolder } from './support/folders.js'

const folder = temporaryFolder()
const at = (name: string): string => join(folder, name)
const tape = at('market.tape')

interface Report {
  readonly events: number
  readonly files: readonly { readonly name: string; readonly rows: number }[]
  readonly leftOut: object
  readonly cutTimes: number
}

const convert = (to: string, out: string, ...more: string[]): Report =>
  cliJson<Report>(['convert', tape, '--to', to, '--out', at(out), ...more])

/** Rows of a CSV file by column. */
function rowsOf(text: string): Record<string, string>[] {
  const [header = '', ...lines] = text.trimEnd().split('\n')
  const names = header.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']))
  })
}

const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8')

beforeAll(() => {
  cliJson(['generate', '--out', tape, '--seed', '3', '--seconds', '30'])
  convert('csv', 'csv')
  convert('parquet', 'parquet')
})

describe('csv', () => {
  test('holds every event once, in files by kind', () => {
    const { events, byKind } = cliJson<{ events: number; byKind: Record<string, number> }>([
      'inspect',
      tape,
    ])
    const ordinals = new Set<number>()
    for (const file of readdirSync(at('csv'))) {
      for (const { event } of rowsOf(read('csv', file))) ordinals.add(Number(event))
    }
    expect(ordinals.size).toBe(events)
    expect(Math.max(...ordinals)).toBe(events - 1)
    expect(rowsOf(read('csv', 'trades.csv'))).toHaveLength(byKind.trade ?? 0)
  })

  test('takes a kind, a range and packing', () => {
    const all = rowsOf(read('csv', 'trades.csv'))
    const report = convert(
      'csv',
      'part',
      '--kind',
      'trades',
      '--from',
      '+10',
      '--until',
      '+20',
      '--gzip',
    )
    expect(report.files.map(({ name }) => name)).toEqual(['trades.csv.gz'])
    const part = rowsOf(gunzipSync(readFileSync(at('part/trades.csv.gz'))).toString('utf8'))
    const start = BigInt(cliJson<{ startNs: string }>(['inspect', tape]).startNs)
    const within = all.filter(({ ts_recv = '' }) => {
      const since = BigInt(ts_recv) - start
      return since >= 10_000_000_000n && since < 20_000_000_000n
    })
    expect(part).toEqual(within)
    expect(part.length).toBeGreaterThan(0)
    const events = convert('csv', 'events', '--from', '100', '--until', '200')
    expect(events.events).toBe(100)
  })
})

describe('parquet', () => {
  test('has the values of the CSV files, and is read back as their text', async () => {
    for (const file of readdirSync(at('csv'))) {
      let text = ''
      const path = at(join('parquet', file.replace('.csv', '.parquet')))
      for await (const chunk of parquetLines(path, () => {})) text += chunk.toString('utf8')
      expect(text).toBe(read('csv', file))
    }
  })

  test('is imported again, exact to the nanosecond', () => {
    const again = (table: string, kind: string, columns: readonly string[]): void => {
      const [file, out] = [at(`parquet/${table}.parquet`), at(`again-${table}`)]
      const told = ['--venue', 'binance-usdm', '--kind', kind]
      cliJson(['import', file, '--out', `${out}.tape`, ...told])
      cliJson(['convert', `${out}.tape`, '--to', 'csv', '--out', out])
      const exact = (text = '') => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)
      const part = (row: Record<string, string>) => columns.map((name) => exact(row[name]))
      const before = rowsOf(read('csv', `${table}.csv`)).map(part)
      expect(rowsOf(read(`again-${table}`, `${table}.csv`)).map(part)).toEqual(before)
    }
    const when = ['ts_recv', 'ts_event', 'venue', 'symbol']
    again('trades', 'trade', [...when, 'side', 'price', 'quantity', 'trade_id'])
    again('quotes', 'quote', [...when, 'bid_price', 'bid_quantity', 'ask_price', 'ask_quantity'])
  })

  test('pyarrow reads the same', (context) => {
    const script = `
import csv, glob, os, sys
import pyarrow.parquet as pq
for path in sorted(glob.glob(sys.argv[1] + '/*.parquet')):
    table = pq.read_table(path)
    rows = list(csv.reader(open(os.path.join(sys.argv[2], os.path.basename(path)[:-8] + '.csv'))))
    assert table.column_names == rows[0], (table.column_names, rows[0])
    for at, name in enumerate(rows[0]):
        column = table.column(name)
        if str(column.type).startswith('timestamp[ns, tz=UTC]'): column = column.cast('int64')
        text = ['' if v is None else format(v, 'f') if hasattr(v, 'as_tuple') else str(v) for v in column.to_pylist()]
        assert text == [row[at] for row in rows[1:]], (path, name)
    print(path, table.num_rows)
`
    const python = (...args: string[]) => spawnSync('python3', args, { encoding: 'utf8' })
    if (python('-c', 'import pyarrow').status !== 0) context.skip('pyarrow is not installed')
    const { status, stderr, stdout } = python('-c', script, at('parquet'), at('csv'))
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout.trimEnd().split('\n')).toHaveLength(readdirSync(at('csv')).length)
  })
})

describe('tardis', () => {
  test('comes back: same trades, same quotes, the book level by level', () => {
    const report = convert('tardis', 'tardis')
    expect(report.leftOut).toEqual({})
    const files = readdirSync(at('tardis')).map((name) => at(join('tardis', name)))
    expect(files).toHaveLength(3)
    cliJson(['import', ...files, '--out', at('back.tape')])
    cliJson(['convert', at('back.tape'), '--to', 'csv', '--out', at('back')])
    const exact = (text = '') => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)
    const compare = (file: string, columns: readonly string[]): void => {
      const part = (row: Record<string, string>) => columns.map((name) => exact(row[name]))
      const [left, right] = [rowsOf(read('csv', file)), rowsOf(read('back', file))]
      expect(right.map(part)).toEqual(left.map(part))
      const micros = ({ ts_recv = '' }) => ts_recv.slice(0, -3)
      expect(right.map(micros)).toEqual(left.map(micros))
    }
    compare('trades.csv', ['venue', 'symbol', 'side', 'price', 'quantity', 'trade_id'])
    compare('quotes.csv', ['bid_price', 'bid_quantity', 'ask_price', 'ask_quantity'])
    // Rows of one moment are one message there, so within it the last word on a level counts.
    const book = (path: string): Map<string, string> =>
      new Map(
        rowsOf(read(path, 'depth.csv')).map((row) => {
          const level = [row.ts_recv?.slice(0, -3), row.is_snapshot, row.side, exact(row.price)]
          return [level.join(' '), exact(row.quantity)]
        }),
      )
    expect(new Map([...book('back')].sort())).toEqual(new Map([...book('csv')].sort()))
  })
})

describe('what cannot be', () => {
  test('a folder that is there is left alone', () => {
    mkdirSync(at('there'))
    writeFileSync(at('there/kept'), 'kept')
    const run = cli(['convert', tape, '--to', 'csv', '--out', at('there')])
    expect(run.code).toBe(2)
    expect(readdirSync(at('there'))).toEqual(['kept'])
    expect(existsSync(at('there.tmp'))).toBe(false)
  })

  test('the source is not written over', () => {
    expect(cli(['convert', tape, '--to', 'csv', '--out', tape]).code).toBe(2)
  })

  test.each([
    ['--kind', 'candles'],
    ['--instrument', 'NOPE'],
    ['--from', 'yesterday'],
  ])('%s %s is refused, and nothing is left', (option, value) => {
    const run = cli(['convert', tape, '--to', 'csv', '--out', at('bad'), option, value])
    expect(run.code).toBe(2)
    expect(existsSync(at('bad'))).toBe(false)
    expect(existsSync(at('bad.tmp'))).toBe(false)
  })

  test('a damaged tape ends it, and nothing is left', () => {
    const bytes = readFileSync(tape)
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1
    writeFileSync(at('damaged.tape'), bytes)
    const run = cli(['convert', at('damaged.tape'), '--to', 'csv', '--out', at('bad')])
    expect([run.code, run.err.slice(0, 6)]).toEqual([3, 'E_TAPE'])
    expect(existsSync(at('bad.tmp'))).toBe(false)
  })
})
