import { describe, expect, it } from 'vitest'
import { defineStrategy, isStrategy } from './strategy.js'

describe('defineStrategy', () => {
  it('takes the types of state, parameters and timers from the declaration', () => {
    const strategy = defineStrategy({
      name: 'typed',
      params: {
        size: { default: 1, min: 0, description: 'quantity' },
        venue: { default: 'binance', description: 'where' },
      },
      timers: ['heartbeat'],
      state: (params) => ({ left: params.size, where: params.venue }),
      onAct(ctx) {
        const size: number = ctx.params.size
        const where: string = ctx.state.where
        ctx.setTimer('heartbeat', size + where.length)
        // @ts-expect-error: no such timer
        ctx.setTimer('heartbeet', 1)
        // @ts-expect-error: no such field
        ctx.state.right = 1
        // @ts-expect-error: no such parameter
        ctx.note('x', ctx.params.speed)
      },
      // @ts-expect-error: the only timer is 'heartbeat'
      onTimer: (_ctx, name: 'other') => void name,
    })
    expect(Object.isFrozen(strategy)).toBe(true)
  })

  it('marks what it has made', () => {
    expect(isStrategy(defineStrategy({ name: 'made' }))).toBe(true)
    expect(isStrategy({ name: 'not made' })).toBe(false)
    expect(isStrategy(undefined)).toBe(false)
  })
})
