import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import type { CorePort } from '../../src/ports/core.js'
import { type Contender, timed } from '../harness.js'
import { feeding } from '../sources/feeding.js'
import { type Input, type InputSource, ofKind, textOf } from '../sources/inputs.js'
import type { ReportBuilder, SuiteContext } from '../suite.js'

type PriceAndAmount = { price: number; amount: number }
interface BookChange {
  readonly isSnapshot: boolean
  readonly bids: PriceAndAmount[]
  readonly asks: PriceAndAmount[]
}

/** What we use of `tardis-dev`. */
interface TardisBook {
  update(change: BookChange): void
  bestBid(): PriceAndAmount | undefined
  bestAsk(): PriceAndAmount | undefined
}
type TardisBookClass = new () => TardisBook

interface DepthMessage {
  readonly data?: { readonly b: string[][]; readonly a: string[][] }
  readonly bids: string[][]
  readonly asks: string[][]
}

const NAME = 'tardis-dev OrderBook'

/** A peer that is no dependency: `bench/peers/README.md`. */
export async function addTardis(
  context: SuiteContext,
  source: InputSource,
  report: ReportBuilder,
): Promise<void> {
  const OrderBook = loadBook(process.env['TICKWRIGHT_PEERS'])
  if (typeof OrderBook === 'string') {
    report.skip(NAME, OrderBook)
    return
  }
  const inputs = ofKind(source.inputs, 'depth')
  const journal = context.scratch
  const name = 'feed, journal, best after each frame'
  const of = await report.measure([
    endToEnd(OrderBook, inputs),
    feeding(name, context.load('native'), { source, inputs, journal, answerOf: best }),
  ])
  report.faster(NAME, of(NAME), of(name), '≥ 20 ×')
}

/** Best prices at the end: both must name the same. */
const best = (session: CorePort): unknown => {
  const { bids, asks } = session.book(0, 1)
  return [bids, asks].map(([level]) => Number(level?.[0]))
}

function loadBook(modules: string | undefined): TardisBookClass | string {
  if (modules === undefined) return 'TICKWRIGHT_PEERS names no node_modules with tardis-dev'
  const folder = resolve(modules)
  if (!existsSync(join(folder, 'tardis-dev'))) return `no tardis-dev in ${folder}`
  const require = createRequire(join(folder, 'x.js'))
  return (require('tardis-dev') as { OrderBook: TardisBookClass }).OrderBook
}

/** JSON.parse, numbers of both strings as its own mapper makes them, book, best prices. */
function endToEnd(OrderBook: TardisBookClass, inputs: readonly Input[]): Contender {
  const texts = inputs.map(textOf)
  const pass = () => {
    const book = new OrderBook()
    let sum = 0
    for (const text of texts) {
      book.update(changeOf(JSON.parse(text)))
      sum += (book.bestBid()?.price ?? 0) + (book.bestAsk()?.price ?? 0)
    }
    if (!(sum > 0)) throw new RangeError('the book never had a best price')
    return [book.bestBid()?.price, book.bestAsk()?.price]
  }
  return { name: NAME, unit: 'frame', units: inputs.length, sample: () => timed(pass) }
}

const levelOf = ([price, amount]: string[]): PriceAndAmount => ({
  price: Number(price),
  amount: Number(amount),
})

function changeOf({ data, bids, asks }: DepthMessage): BookChange {
  if (data === undefined) {
    return { isSnapshot: true, bids: bids.map(levelOf), asks: asks.map(levelOf) }
  }
  return { isSnapshot: false, bids: data.b.map(levelOf), asks: data.a.map(levelOf) }
}
