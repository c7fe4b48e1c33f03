import { describe, expect, it } from 'vitest'
import { MS } from '../domain/time.js'
import { every, onBookReset, onEvents, onQuoteChange, onTrade, threshold } from './triggers.js'

describe('triggers', () => {
  it('say what the core is to wait for', () => {
    expect([
      every(100 * MS),
      threshold('touchImbalance', { below: -0.5, name: 'low', instrument: 'binance:BTCUSDT' }),
      onQuoteChange({ name: 'quote' }),
      onTrade(),
      onEvents(10),
      onBookReset(),
    ]).toEqual([
      { kind: 'cadence', instrument: '*', name: 'cadence', periodNs: 100 * MS },
      {
        ...{ kind: 'threshold', instrument: 'binance:BTCUSDT', name: 'low' },
        ...{ feature: 'touchImbalance', below: -0.5 },
      },
      { kind: 'quoteChange', instrument: '*', name: 'quote' },
      { kind: 'trade', instrument: '*', name: 'trade' },
      { kind: 'events', instrument: '*', name: 'events', events: 10 },
      { kind: 'reset', instrument: '*', name: 'reset' },
    ])
  })

  it.each<[() => unknown, string]>([
    [() => every(0), "every: 'periodNs' must be a whole number above 0, was 0"],
    [() => every(1.5), "every: 'periodNs' must be a whole number above 0, was 1.5"],
    [() => onEvents(-1), "onEvents: 'count' must be a whole number above 0, was -1"],
    [() => threshold('f', {}), "threshold: 'above' or 'below' must be given"],
    [() => threshold('f', { above: Number.NaN }), "threshold: 'above' must be finite, was NaN"],
  ])('refuse what cannot be meant: case %#', (make, message) => {
    expect(make).toThrow(message)
  })
})
