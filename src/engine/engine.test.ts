import { describe, expect, it } from 'vitest'
import { FakeCore, loaded } from '../../test/support/fake-core.js'
import type { InstrumentIndex } from '../domain/instrument.js'
import { MS, SECOND } from '../domain/time.js'
import { TickwrightError } from '../errors/tickwright-error.js'
import { Code, Command } from '../protocol/layout.js'
import { Engine } from './engine.js'
import { coreStrategy } from './loaded-strategy.js'
import { defineStrategy, type Strategy } from './strategy.js'
import { every, onTrade, threshold } from './triggers.js'

function engineOf(core: FakeCore, ...strategies: readonly Strategy[]): Engine {
  const all = strategies.map((strategy) => loaded(strategy))
  return new Engine({ strategies: all, core, opened: core.opened })
}

/** The error that a call ends in; a call that does not throw fails the test. */
function errorOf(call: () => unknown): TickwrightError {
  try {
    call()
  } catch (error) {
    if (error instanceof TickwrightError) return error
    throw error
  }
  throw new Error('it did not throw')
}

const triggered = defineStrategy({
  name: 'triggered',
  timers: ['heartbeat', 'time-out'],
  state: () => ({ seen: [] as string[] }),
  triggers: (_params, instruments) => [
    every(100 * MS, { name: 'sample' }),
    threshold('touchImbalance', { above: 0.7, instrument: instruments[1] ?? '*' }),
  ],
  onStart: (ctx) => ctx.setTimer('heartbeat', 0, SECOND),
  onTrigger(ctx, { kind, index, name, instrument }) {
    ctx.state.seen.push(`${kind} ${index} ${name} ${instrument} ${ctx.market().instrument.symbol}`)
    ctx.note('imbalance', ctx.market().imbalance, ctx.now)
  },
  onTimer(ctx, name) {
    ctx.state.seen.push(name)
    ctx.setTimer('time-out', 5 * MS)
    ctx.clearTimer('heartbeat')
  },
  onBook(ctx, instrument) {
    const { proof, proofReason } = ctx.market(instrument)
    ctx.state.seen.push(`${proof} ${proofReason}`)
  },
  onStatus: (ctx, instrument) => void ctx.state.seen.push(`status ${instrument}`),
  onAct: (ctx) => void ctx.state.seen.push('act'),
  onStop: (ctx) => ctx.note('stopped'),
})

describe('dispatch', () => {
  it('calls the hook of each code with what CTL says', () => {
    const core = new FakeCore()
    const engine = engineOf(core, triggered)
    core.setCtl({ trigger: 1, instrument: 1, timer: 1 })
    core.setView(1, { proofLevel: 3, proofReason: 2, imbalance: 0.5 })
    for (const code of [Code.Trigger, Code.Timer, Code.Book, Code.Status, Code.Act]) {
      engine.step(code)
    }
    expect(JSON.parse(engine.saveState()).strategies[0].state.seen).toEqual([
      'threshold 1 threshold 1 ETHUSDT',
      'time-out',
      'sequence+bbo gap',
      'status 1',
      'act',
    ])
  })

  it('reads CTL.strategy, and each strategy keeps its own state', () => {
    const counter = (name: string): Strategy =>
      defineStrategy({
        name,
        state: () => ({ count: 0 }),
        triggers: () => [onTrade()],
        onTrigger: (ctx) => {
          ctx.state.count += 1
          ctx.note(name)
        },
      })
    const core = new FakeCore()
    const engine = engineOf(core, counter('first'), counter('second'))
    core.setCtl({ strategy: 1, seq: 77 })
    engine.step(Code.Trigger)
    expect(core.commands()).toMatchObject([{ strategy: 1, causeSeq: 77, payload: 'second' }])
    const { strategies } = JSON.parse(engine.saveState())
    expect(strategies).toEqual([
      { name: 'first', state: { count: 0 } },
      { name: 'second', state: { count: 1 } },
    ])
  })

  it('has no hook for codes that no part of the core sends yet', () => {
    const engine = engineOf(new FakeCore(), triggered)
    for (const code of [Code.Prediction, Code.Order, Code.Fill, Code.Send, 99]) {
      const error = errorOf(() => engine.step(code))
      expect(error).toMatchObject({ code: 'E_INVARIANT', exitCode: 70 })
      expect(error.message).toContain(`no hook for code ${code}`)
    }
  })

  it('refuses indices that the core cannot mean', () => {
    const core = new FakeCore()
    const engine = engineOf(core, triggered)
    core.setCtl({ trigger: 2 })
    expect(errorOf(() => engine.step(Code.Trigger)).message).toContain('2 of trigger')
    core.setCtl({ timer: 2 })
    expect(errorOf(() => engine.step(Code.Timer)).message).toContain('2 of timer')
    core.setCtl({ strategy: 1 })
    expect(errorOf(() => engine.step(Code.Timer)).code).toBe('E_INVARIANT')
  })
})

describe('commands', () => {
  it('are written as the core reads them', () => {
    const core = new FakeCore()
    const engine = engineOf(core, triggered)
    engine.start()
    expect(core.commands()).toEqual([
      { kind: Command.Timer, strategy: 0, causeSeq: 0, values: [0, 0, SECOND, 3], payload: '' },
    ])
    core.setCtl({ seq: 12, time: 5 * SECOND })
    core.setView(0, { imbalance: -0.25 })
    engine.step(Code.Trigger)
    expect(core.commands()).toEqual([
      {
        ...{ kind: Command.Note, strategy: 0, causeSeq: 12 },
        ...{ values: [-0.25, 5 * SECOND, 0, 2], payload: 'imbalance' },
      },
    ])
    engine.step(Code.Timer)
    expect(core.commands()).toMatchObject([
      { kind: Command.Timer, values: [1, 5 * MS, 0, 3] },
      { kind: Command.TimerClear, values: [0, 0, 0, 1] },
    ])
    engine.step(Code.Act)
    expect(core.commands()).toEqual([])
    engine.stop()
    expect(core.commands()).toMatchObject([{ values: [0, 0, 0, 0], payload: 'stopped' }])
  })

  it('of onStart come from all strategies, in order', () => {
    const starter = (name: string): Strategy =>
      defineStrategy({ name, onStart: (ctx) => ctx.note(name, 1, 2, 3) })
    const core = new FakeCore()
    engineOf(core, starter('one'), starter('two')).start()
    expect(core.commands()).toMatchObject([
      { strategy: 0, payload: 'one', values: [1, 2, 3, 3] },
      { strategy: 1, payload: 'two', values: [1, 2, 3, 3] },
    ])
  })

  it('leave no trace of longer ones before them in the padding', () => {
    const labels = ['a label of some length', 'short', 'ü']
    const noter = defineStrategy({
      name: 'noter',
      triggers: () => [onTrade()],
      state: () => ({ next: 0 }),
      onTrigger(ctx) {
        ctx.note(labels[ctx.state.next] ?? '')
        ctx.state.next += 1
      },
    })
    const core = new FakeCore()
    const engine = engineOf(core, noter)
    for (const label of labels) {
      engine.step(Code.Trigger)
      expect(core.commands()).toMatchObject([{ payload: label }])
      const bytes = new TextEncoder().encode(label).length
      const padding = core.memory.cmd.subarray(56 + bytes, 56 + Math.ceil(bytes / 8) * 8)
      expect(padding.every((byte) => byte === 0)).toBe(true)
    }
    const error = errorOf(() => engine.step(Code.Trigger))
    expect(error.message).toBe('note: label must have 1 to 256 bytes, had 0')
  })

  it('that do not fit are an error, and none of the step is left', () => {
    const noisy = defineStrategy({
      name: 'noisy',
      triggers: () => [onTrade()],
      onTrigger: (ctx) => {
        for (let note = 0; note < 10; note += 1) ctx.note('again', note)
      },
    })
    const core = new FakeCore(4 * 64)
    const engine = engineOf(core, noisy)
    const error = errorOf(() => engine.step(Code.Trigger))
    expect(error).toMatchObject({ code: 'E_COMMANDS_FULL', at: 'strategy.ts:1:1' })
    expect(error.message).toBe('command 5 of this step needs 320 bytes, there are 256')
    expect(core.commands()).toEqual([])
  })

  it('refuse what a strategy cannot mean', () => {
    const calls: Record<string, (ctx: Parameters<NonNullable<Strategy['onAct']>>[0]) => void> = {
      "timer 'other' was not declared in 'timers': [known]": (ctx) => ctx.setTimer('other', 1),
      "setTimer: 'delayNs' must be whole nanoseconds, 0 or more, was -1": (ctx) =>
        ctx.setTimer('known', -1),
      "setTimer: 'periodNs' must be whole nanoseconds, 0 or more, was 0.5": (ctx) =>
        ctx.setTimer('known', 1, 0.5),
      'note: label must have 1 to 256 bytes, had 300': (ctx) => ctx.note('x'.repeat(300)),
      'market: there are instruments 0 to 1, not 7': (ctx) => ctx.market(7 as InstrumentIndex),
      'Condition failed: level must be 0 to 2, was 3': (ctx) => ctx.market().bid(3),
      "feature: 'other' is not in the row; there are: touchImbalance, spread": (ctx) =>
        ctx.feature('other'),
    }
    for (const [message, onAct] of Object.entries(calls)) {
      const strategy = defineStrategy({ name: 'wrong', timers: ['known'], onAct })
      const engine = engineOf(new FakeCore(), strategy as Strategy)
      const error = errorOf(() => engine.step(Code.Act))
      expect(error).toMatchObject({ code: 'E_STRATEGY_ARGUMENT', message, exitCode: 2 })
    }
  })
})

describe('errors of a strategy', () => {
  it('name the strategy, the hook and the place, and keep the cause', () => {
    const cause = new RangeError('out of reach')
    const thrower = defineStrategy({
      name: 'thrower',
      timers: ['once'],
      onTimer() {
        throw cause
      },
    })
    const error = errorOf(() => engineOf(new FakeCore(), thrower).step(Code.Timer))
    expect(error).toMatchObject({ code: 'E_STRATEGY_THREW', at: 'strategy.ts:1:1', cause })
    expect(error.message).toBe("strategy 'thrower' threw in onTimer: RangeError: out of reach")
  })

  it('show at the line that adds a field to the state', () => {
    const adder = defineStrategy({
      name: 'adder',
      state: () => ({ inner: { known: 1 } }),
      onAct(ctx) {
        Object.assign(ctx.state.inner, { added: 2 })
      },
    })
    const error = errorOf(() => engineOf(new FakeCore(), adder).step(Code.Act))
    expect(error.message).toContain('Cannot add property added')
  })
})

describe('state', () => {
  const keeper = defineStrategy({
    name: 'keeper',
    state: () => ({ last: Number.NaN, byName: {} as Record<string, number>, total: -0 }),
    onAct(ctx) {
      ctx.state.last = ctx.now
      ctx.state.byName[`n${ctx.now}`] = Number.POSITIVE_INFINITY
    },
  })

  it('goes through save and restore unchanged', () => {
    const core = new FakeCore()
    const engine = engineOf(core, keeper)
    const initial = engine.saveState()
    expect(initial).toBe(
      '{"version":1,"strategies":[{"name":"keeper",' +
        '"state":{"last":"~NaN","byName":{},"total":-0}}]}',
    )
    core.setCtl({ time: 9 })
    engine.step(Code.Act)
    const later = engine.saveState()
    const other = engineOf(new FakeCore(), keeper)
    other.restoreState(later)
    expect(other.saveState()).toBe(later)
    other.restoreState(initial)
    expect(other.saveState()).toBe(initial)
  })

  it('of other strategies, or of another shape, is refused and changes nothing', () => {
    const engine = engineOf(new FakeCore(), keeper)
    const before = engine.saveState()
    const refusals = [
      [before.replace('keeper', 'other'), 'E_STRATEGY_RESTORE'],
      [before.replace('"total":-0', '"total":-0,"more":1'), 'E_STRATEGY_STATE'],
      [before.replace('"total":-0', '"total":"~x"'), 'E_STATE_TEXT'],
      [before.replace('"version":1', '"version":2'), 'E_STATE_TEXT'],
      [`${before} `, 'E_STATE_TEXT'],
      ['null', 'E_STATE_TEXT'],
      ['', 'E_STATE_TEXT'],
    ] as const
    for (const [text, code] of refusals) {
      expect(errorOf(() => engine.restoreState(text)).code, text).toBe(code)
      expect(engine.saveState()).toBe(before)
    }
  })
})

describe('configuration of the core', () => {
  it('lists triggers in the order in which the engine numbers them', () => {
    const { instruments } = new FakeCore().opened
    expect(coreStrategy(loaded(triggered), instruments)).toEqual({
      name: 'triggered',
      timers: ['heartbeat', 'time-out'],
      triggers: [
        { kind: 'cadence', instrument: '*', periodNs: 100 * MS, minimumProof: 'sequence' },
        {
          ...{ kind: 'threshold', instrument: 'binance:ETHUSDT', minimumProof: 'sequence' },
          ...{ feature: 'touchImbalance', above: 0.7 },
        },
      ],
    })
  })

  it('refuses two strategies of one name', () => {
    const error = errorOf(() => engineOf(new FakeCore(), triggered, triggered))
    expect(error.message).toBe("strategy 'triggered' is there twice")
  })
})
