import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type CommandRecord, FakeCore, loaded } from '../../test/support/fake-core.js'
import { Code } from '../protocol/layout.js'
import { Engine } from './engine.js'
import { defineStrategy } from './strategy.js'

/** Decides from all that a state can hold, the order of its keys included. */
const forgetful = defineStrategy({
  name: 'forgetful',
  state: () => ({ counts: {} as Record<string, number>, mean: Number.NaN, tail: [] as number[] }),
  onAct(ctx) {
    const { counts, tail } = ctx.state
    const key = `k${ctx.now}`
    counts[key] = (counts[key] ?? -0) - ctx.now
    if (tail.push(ctx.now) > 3) delete counts[`k${tail.shift()}`]
    const [eldest = 'none'] = Object.keys(counts)
    ctx.state.mean = Number.isNaN(ctx.state.mean) ? ctx.now : (ctx.state.mean + ctx.now) / 2
    ctx.note(eldest, ctx.state.mean, counts[key])
  },
})

function start(): { core: FakeCore; engine: Engine } {
  const core = new FakeCore()
  const options = { strategies: [loaded(forgetful)], core, opened: core.opened }
  return { core, engine: new Engine(options) }
}

function act({ core, engine }: ReturnType<typeof start>, now: number): CommandRecord[] {
  core.setCtl({ time: now })
  engine.step(Code.Act)
  return core.commands()
}

it('a restored engine decides as the one that went on', () => {
  const times = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(times, fc.nat(), (nows, cut) => {
      const went = start()
      let restored = start()
      nows.forEach((now, index) => {
        if (index === cut % nows.length) {
          restored = start()
          restored.engine.restoreState(went.engine.saveState())
        }
        const decided = act(restored, now)
        expect(decided).toEqual(act(went, now))
      })
      expect(restored.engine.saveState()).toBe(went.engine.saveState())
    }),
  )
})
