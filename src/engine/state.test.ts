import { describe, expect, it } from 'vitest'
import { StateGuard } from './state.js'

function violationsOf(initial: unknown, state: unknown): string {
  const guard = new StateGuard('s', initial)
  try {
    guard.check(state)
    return ''
  } catch (error) {
    expect(error).toMatchObject({ code: 'E_STRATEGY_STATE' })
    return (error as Error).message.replace("strategy 's': ", '')
  }
}

class Position {
  readonly size = 1
}

describe('an initial state', () => {
  const shared = { a: 1 }
  const looped: Record<string, unknown> = {}
  looped.self = looped
  it.each<[unknown, string]>([
    [{ a: () => 1 }, 'state.a is a value of type function, which JSON cannot hold'],
    [{ a: Symbol('x') }, 'state.a is a value of type symbol, which JSON cannot hold'],
    [{ a: 1n }, 'state.a is a value of type bigint, which JSON cannot hold'],
    [{ a: undefined }, 'state.a is a value of type undefined, which JSON cannot hold'],
    [{ a: { b: new Map() } }, 'state.a.b is an instance of Map, not a plain object'],
    [{ a: [new Position()] }, 'state.a[0] is an instance of Position, not a plain object'],
    [{ a: new Float64Array(1) }, 'state.a is an instance of Float64Array, not a plain object'],
    [{ a: Object.create(null) }, 'state.a is an instance of no class, not a plain object'],
    [{ a: new Array(2) }, 'state.a is an array with holes or with fields of its own'],
    [{ [Symbol('x')]: 1 }, 'state[Symbol(x)] has a name that JSON cannot hold'],
    [JSON.parse('{"__proto__":1}'), 'state.__proto__ has a name that JSON cannot hold'],
    [
      {
        get a() {
          return 1
        },
      },
      'state.a is an accessor or hidden',
    ],
    [{ a: shared, 'b c': shared }, 'state["b c"] is an object that the state holds twice'],
    [looped, 'state.self is an object that the state holds twice'],
    [[1], 'state must be an object, was an array'],
    [null, 'state must be an object, was null'],
  ])('is refused: case %#', (initial, message) => {
    expect(() => new StateGuard('s', initial)).toThrow(`strategy 's': ${message}`)
  })

  it('may hold any number', () => {
    const initial = { a: Number.NaN, b: -0, c: Number.NEGATIVE_INFINITY }
    expect(violationsOf(initial, initial)).toBe('')
  })
})

describe('a state', () => {
  const initial = {
    count: 0,
    last: null,
    byName: {},
    open: [{ price: 1 }],
    mixed: [1, { a: 1 }],
    deep: { on: true },
  }

  it.each<[object]>([
    [{ last: 5 }],
    [{ last: { any: ['thing'] } }],
    [{ byName: { a: 1, b: { c: 2 } } }],
    [{ open: [] }],
    [{ open: [{ price: 1 }, { price: 2 }] }],
    [{ mixed: ['a', null, {}] }],
    [{ deep: null, count: null }],
    [{ count: 'text' }],
  ])('keeps to its declaration: case %#', (change) => {
    expect(violationsOf(initial, { ...structuredClone(initial), ...change })).toBe('')
  })

  it.each<[object, string]>([
    [{ added: 1 }, 'state.added was not declared'],
    [{ deep: { on: true, off: 1 } }, 'state.deep.off was not declared'],
    [{ deep: {} }, 'state.deep.on is missing'],
    [{ open: [{ price: 1 }, {}] }, 'state.open[1].price is missing'],
    [{ open: [{ price: 1, size: 2 }] }, 'state.open[0].size was not declared'],
    [{ open: {} }, 'state.open was declared an array, was an object'],
    [{ deep: [] }, 'state.deep was declared an object, was an array'],
    [{ deep: 1 }, 'state.deep was declared an object, was a value of type number'],
    [{ count: {} }, 'state.count was declared a number, string or boolean, was an object'],
    [
      { byName: { f: () => 1 } },
      'state.byName.f is a value of type function, which JSON cannot hold',
    ],
  ])('that does not: case %#', (change, message) => {
    expect(violationsOf(initial, { ...structuredClone(initial), ...change })).toBe(message)
  })

  it('has all its violations in one error', () => {
    const wrong = { ...structuredClone(initial), x: 1, y: 2 }
    expect(violationsOf(initial, wrong)).toBe('state.x was not declared; state.y was not declared')
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, 1]))
    expect(violationsOf(initial, { ...structuredClone(initial), ...many })).toMatch(/and 10 more$/)
  })

  it('that is sealed takes no new field where fields are declared', () => {
    const state = structuredClone(initial)
    new StateGuard('s', initial).seal(state)
    expect(() => Object.assign(state.deep, { off: 1 })).toThrow(TypeError)
    expect(() => Object.assign(state.open[0] ?? {}, { size: 1 })).toThrow(TypeError)
    Object.assign(state.byName, { a: 1 })
    state.open.push({ price: 2 })
    expect(violationsOf(initial, state)).toBe('')
  })
})
