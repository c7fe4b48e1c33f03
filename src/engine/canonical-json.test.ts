import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JsonValue, readCanonical, writeCanonical } from './canonical-json.js'

/** Any state: every double, any string, nested. */
const state = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('~', '~NaN', '~~x', '-0'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value

describe('the canonical spelling', () => {
  it('gives back every value, down to the sign of zero', () => {
    fc.assert(
      fc.property(state, (value) => {
        const text = writeCanonical(value)
        expect(readCanonical(text)).toEqual(value)
        expect(writeCanonical(readCanonical(text))).toBe(text)
      }),
    )
  })

  it('is one for each number', () => {
    expect(writeCanonical([Number.NaN, -0, 0, Number.NEGATIVE_INFINITY, 1e21, 0.1])).toBe(
      '["~NaN",-0,0,"~-Infinity",1e+21,0.1]',
    )
    expect(Object.is(readCanonical('-0'), -0)).toBe(true)
  })

  it('keeps the order in which keys were added, which code can see', () => {
    const value = JSON.parse('{"b":1,"a":2}') as JsonValue
    expect(writeCanonical(value)).toBe('{"b":1,"a":2}')
    expect(Object.keys(readCanonical('{"b":1,"a":2}') as object)).toEqual(['b', 'a'])
  })

  it.each([
    '',
    '{',
    '1.0',
    '1e2',
    ' 1',
    '{"a": 1}',
    '{"a":1,"a":1}',
    '"\\u0061"',
    '"~"',
    '"~Nan"',
    '+1',
  ])('is not %j', (text) => {
    expect(() => readCanonical(text)).toThrow(
      expect.objectContaining({ code: 'E_STATE_TEXT', exitCode: 3 }) as Error,
    )
  })
})
