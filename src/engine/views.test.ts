import { describe, expect, it } from 'vitest'
import { FakeCore, loaded } from '../../test/support/fake-core.js'
import { Side } from '../domain/side.js'
import type { PriceUnits, QuantityUnits } from '../domain/units.js'
import { Code, EventFlag, Kind } from '../protocol/layout.js'
import { Engine } from './engine.js'
import { type Context, defineStrategy } from './strategy.js'

/** Lets a test look at a context from inside a hook. */
function inHook(core: FakeCore, look: (ctx: Context) => void): void {
  const strategy = defineStrategy({ name: 'looker', onAct: (ctx) => look(ctx as Context) })
  new Engine({ strategies: [loaded(strategy)], core, opened: core.opened }).step(Code.Act)
}

describe('a market', () => {
  it('is read from the block of its instrument', () => {
    const core = new FakeCore()
    core.setView(1, {
      ...{ bidPrice: 30_101, bidQuantity: 5, askPrice: 30_104, askQuantity: 7 },
      ...{ bidLevels: 120, askLevels: 130, proofLevel: 4, proofReason: 0, joined: 1 },
      ...{ sequence: 99, tsEvent: 10, tsRecv: 20, imbalance: -0.5 },
      ...{ lastPrice: 30_102, lastQuantity: 3, lastSide: 1 },
    })
    core.setCtl({ instrument: 1, time: 42 })
    inHook(core, (ctx) => {
      const market = ctx.market()
      expect(ctx.now).toBe(42)
      expect(market).toMatchObject({
        ...{ bidPrice: 30_101, bidQuantity: 5, askPrice: 30_104, askQuantity: 7 },
        ...{ bidLevels: 120, askLevels: 130, proof: 'checksum', proofReason: 'none' },
        ...{ isJoined: true, venueSeq: 99, tsEvent: 10, tsRecv: 20, imbalance: -0.5 },
        ...{ lastPrice: 30_102, lastQuantity: 3, lastAggressor: 'sell', mid: 30_102.5, spread: 3 },
      })
      expect(market.instrument.name).toBe('binance:ETHUSDT')
      expect(market.price(market.mid)).toBe(3010.25)
      expect(market.formatPrice(market.bidPrice)).toBe('3010.1')
      expect(market.formatQuantity(7 as QuantityUnits)).toBe('0.00000007')
      expect(market.quantityAt(Side.Bid, 21 as PriceUnits)).toBe(42)
      expect([market.quantityAhead(7), market.ordersAhead(7)]).toEqual([1_007, 993])
    })
  })

  it('without quotes has NaN, which no comparison takes for a price', () => {
    const core = new FakeCore()
    inHook(core, (ctx) => {
      const { bidPrice, bidQuantity, askPrice, askQuantity, mid, lastPrice } = ctx.market()
      expect([bidPrice, bidQuantity, askPrice, askQuantity, mid, lastPrice]).toEqual(
        Array(6).fill(Number.NaN),
      )
      expect(ctx.market().lastAggressor).toBeUndefined()
      expect(ctx.market().ask(2)).toMatchObject({ price: Number.NaN, quantity: Number.NaN })
    })
  })

  it('has levels, bids first, best first, that do not alias', () => {
    const core = new FakeCore()
    for (let place = 0; place < 6; place += 1) core.setLevel(0, place, 100 + place, 10 + place)
    inHook(core, (ctx) => {
      const levels = [0, 1, 2].flatMap((i) => [ctx.market().bid(i), ctx.market().ask(i)])
      expect(levels.map(({ price, quantity }) => [price, quantity])).toEqual([
        ...[
          [100, 10],
          [103, 13],
          [101, 11],
          [104, 14],
          [102, 12],
          [105, 15],
        ],
      ])
    })
  })
})

describe('the feature row', () => {
  it('has its values by place and by name, those that are not valid as NaN', () => {
    const core = new FakeCore()
    core.memory.row.set([0.5, 2, 3])
    core.memory.mask.set([1, 0, 1])
    core.setCtl({ rowLength: 2 })
    inHook(core, (ctx) => {
      expect(ctx.feature('touchImbalance')).toBe(0.5)
      expect(ctx.feature('spread')).toBeNaN()
      expect([0, 1, 2].map((index) => ctx.row.value(index))).toEqual([0.5, Number.NaN, Number.NaN])
      expect([0, 1, 2].map((index) => ctx.row.isValid(index))).toEqual([true, false, false])
    })
  })
})

describe('the last event', () => {
  const trade = {
    ...{ kind: Kind.Trade, flags: 0, instrument: 1, tsRecv: 86_400_000_000_001, tsEvent: -5 },
    ...{ bids: [], asks: [[58_710_20, 9_007_199_254_740_991] as const] },
  }

  it('is read to the last bit, times from the epoch', () => {
    const core = new FakeCore()
    core.setEvent(trade)
    inHook(core, ({ lastEvent }) => {
      expect(lastEvent).toMatchObject({
        ...{ kind: 'trade', instrument: 1, tsRecv: 86_400_000_000_001, tsEvent: -5 },
        ...{ bidCount: 0, askCount: 1, entryCount: 1, aggressor: 'sell' },
      })
      expect(lastEvent.side(0)).toBe(Side.Ask)
      expect(lastEvent.price(0)).toBe(58_710_20)
      expect(lastEvent.quantity(0)).toBe(9_007_199_254_740_991)
      expect(() => lastEvent.price(1)).toThrow('Condition failed: entry must be below 1, was 1')
    })
  })

  it('has no aggressor where the venue does not tell', () => {
    const core = new FakeCore()
    core.setEvent({ ...trade, flags: EventFlag.NoSide })
    inHook(core, ({ lastEvent }) => expect(lastEvent.aggressor).toBeUndefined())
  })

  it('has no venue time where the venue sent none', () => {
    const core = new FakeCore()
    core.setEvent({ ...trade, flags: EventFlag.NoEventTime })
    inHook(core, ({ lastEvent }) => expect(lastEvent.tsEvent).toBeNaN())
  })

  it('names the order of an order event, where a number can', () => {
    const core = new FakeCore()
    const orderId = (kind: number, aux: bigint): number => {
      let id = 0
      core.setEvent({ ...trade, kind, aux })
      inHook(core, ({ lastEvent }) => {
        id = lastEvent.orderId
      })
      return id
    }
    expect(orderId(Kind.OrderAdd, 5_000_000_007n)).toBe(5_000_000_007)
    expect(orderId(Kind.OrderExecute, 2n ** 53n - 1n)).toBe(2 ** 53 - 1)
    expect(orderId(Kind.OrderCancel, 2n ** 53n)).toBeNaN()
    expect(orderId(Kind.OrderModify, 2n ** 64n - 1n)).toBeNaN()
    expect(orderId(Kind.Trade, 7n)).toBeNaN()
    expect(orderId(Kind.Checksum, 7n)).toBeNaN()
  })

  it('reads negative values, and levels of both sides', () => {
    const core = new FakeCore()
    core.setEvent({
      ...trade,
      kind: Kind.Depth,
      bids: [
        [-3, 1],
        [-4, 0],
      ],
      asks: [[7, 2]],
    })
    inHook(core, ({ lastEvent }) => {
      expect(lastEvent.aggressor).toBeUndefined()
      expect([0, 1, 2].map((i) => [lastEvent.side(i), lastEvent.price(i)])).toEqual([
        ...[
          [Side.Bid, -3],
          [Side.Bid, -4],
          [Side.Ask, 7],
        ],
      ])
    })
  })
})
