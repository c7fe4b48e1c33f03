// A market told order by order, from LOBSTER's files to the queue at a moment.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { cli, cliJson } from './support/cli.js'
import { temporaryFolder } from './support/folders.js'

const folder = temporaryFolder()
const at = (name: string): string => join(folder, name)
const pair = (word: string): string => at(`X_2012-06-21_34200000_57600000_${word}_1.csv`)
const tape = at('x.tape')

const rows = [
  ['34200.1,1,7,50,1000000,1', '1010000,30,1000000,50'],
  ['34200.2,1,9007199254740993,20,1000000,1', '1010000,30,1000000,70'],
  ['34200.3,4,7,10,1000000,1', '1010000,30,1000000,60'],
  ['34200.4,1,8,5,1000000,1', '1010000,30,1000000,65'],
] as const

beforeAll(() => {
  writeFileSync(pair('message'), rows.map(([message]) => `${message}\n`).join(''))
  writeFileSync(pair('orderbook'), rows.map(([, book]) => `${book}\n`).join(''))
  const report = cliJson(['import', pair('orderbook'), pair('message'), '--out', tape])
  expect(report).toMatchObject({
    report: { format: 'lobster', bookRows: { rows: 4, compared: 3, mismatched: 0 } },
  })
})

test('book shows each order in its queue, ids to the last digit', () => {
  const book = cliJson<{ orders: unknown }>(['book', tape])
  expect(book).toMatchObject({ bids: [['100.0000', '65']], asks: [['101.0000', '30']] })
  expect(book.orders).toEqual({
    bids: [
      {
        price: '100.0000',
        queue: [
          ['7', '40'],
          ['9007199254740993', '20'],
          ['8', '5'],
        ],
      },
    ],
    asks: [{ price: '101.0000', queue: [[String(2n ** 63n + 1n), '30']] }],
  })
  const { out } = cli(['book', tape, '--quiet'])
  expect(out).toContain('7 × 40, 9007199254740993 × 20, 8 × 5')
})

test('prove says that nothing proves it, and what the rows did', () => {
  const run = cli(['prove', tape, '--json', '--quiet'])
  expect(run.code).toBe(1)
  expect(run.json()).toMatchObject({
    level: 'unprovable',
    proven: false,
    bookRows: { compared: 3, mismatched: 0 },
  })
})

test('a replay comes to the digest of the tape, however it is blocked', () => {
  const { contentHash } = cliJson<{ contentHash: string }>(['inspect', tape])
  for (const block of ['1', '3', '1000']) {
    const { digest } = cliJson<{ digest: { market: string } }>(['replay', tape, '--block', block])
    expect(digest.market).toBe(contentHash)
  }
})
