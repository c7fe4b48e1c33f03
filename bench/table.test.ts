import { describe, expect, test } from 'vitest'
import { spread } from './statistics.js'
import { columns, judgementText, number, rate, suiteTable } from './table.js'

describe('tables', () => {
  test('numbers have three digits, and rates their power of thousand', () => {
    expect([0.012345, 1.5, 123.4, 12_345, 1_234_567].map(number)).toEqual([
      ...['0.0123', '1.5', '123', '12,300', '1,230,000'],
    ])
    expect([5, 9_999, 12_345, 131e6, 2.5e9].map(rate)).toEqual([
      ...['5', '10,000', '12.3 k', '131 M', '2.5 G'],
    ])
  })

  test('columns stand under each other', () => {
    expect(
      columns([
        ['name', 'ns'],
        ['a', '1,000'],
      ]),
    ).toEqual(['name     ns', 'a     1,000'])
  })

  test('a suite shows what was measured, and what was not', () => {
    const text = suiteTable({
      name: 'feed',
      source: 'a recording',
      lines: [
        {
          ...{ name: 'ours', unit: 'frame', units: 10 },
          ...{ nsPerUnit: spread([100, 200]), unitsPerSecond: 5e6 },
        },
      ],
      ratios: [{ name: 'all', target: '≥ 7 ×', ...spread([8]) }],
      figures: [{ name: 'added', value: 37, unit: 'ns' }],
      skipped: [{ name: 'a peer', reason: 'not here' }],
    })
    for (const part of ['feed: a recording', 'ours', '150', '5 M', '≥ 7 ×', '37 ns']) {
      expect(text).toContain(part)
    }
    expect(text).toContain('skipped: a peer: not here')
  })

  test('a breach is named with what it had to be', () => {
    const breaches = [{ suite: 'feed', ratio: 'all', median: 5.123, bound: 'at least 7' }]
    const unmeasured = [{ suite: 'feed', ratio: 'peer' }]
    const text = judgementText({ held: 3, breaches, unmeasured })
    expect(text).toContain('breached: feed: all: 5.12, must be at least 7')
    expect(text).toContain('not measured: feed: peer')
    expect(text).toContain('3 held, 1 breached, 1 not measured')
  })
})
