import {
  defineStrategy,
  every,
  MS,
  onBookReset,
  onEvents,
  onQuoteChange,
  onTrade,
  threshold,
  US,
} from 'tickwright'

/** Quote changes between two uses of the slow timer. */
const SLOW_EVERY = 50

/**
 * Always has timers and cadences pending and a state that depends on all that was before: what a save
 * must not lose.
 */
export default defineStrategy({
  name: 'busy',
  timers: ['pulse', 'echo', 'late'],
  params: {
    pulseMs: { default: 7, min: 1, max: 10_000, description: 'period of a timer, milliseconds' },
  },
  state: () => ({ seen: {} as Record<string, number>, recent: [0], drift: 0.5, worst: -Infinity }),
  triggers: () => [
    every(100 * MS, { name: 'step' }),
    every(13 * MS, { name: 'odd' }),
    onQuoteChange({ name: 'quote' }),
    onTrade({ name: 'trade' }),
    onEvents(17, { name: 'seventeenth' }),
    threshold('touchImbalance', { name: 'crossing', above: 0.6, below: -0.6 }),
    onBookReset({ name: 'reset' }),
  ],
  onStart(ctx) {
    ctx.setTimer('pulse', 1, ctx.params.pulseMs * MS)
  },
  onTrigger(ctx, trigger) {
    const { state } = ctx
    const market = ctx.market()
    const count = (state.seen[trigger.name] ?? 0) + 1
    state.seen[trigger.name] = count
    if (trigger.name === 'step') {
      ctx.note('step', state.drift, ctx.feature('touchImbalance'), market.mid)
      return
    }
    if (trigger.name !== 'quote') return
    state.worst = Math.max(state.worst, market.spread)
    state.recent = [...state.recent.slice(-7), market.mid]
    ctx.setTimer('echo', ((market.bidPrice + count) % 997) * 20 * US)
    if (count % SLOW_EVERY === 0) ctx.setTimer('late', 3_000 * MS)
  },
  onTimer(ctx, name) {
    const { state } = ctx
    state.seen[name] = (state.seen[name] ?? 0) + 1
    const last = state.recent[state.recent.length - 1] ?? 0
    state.drift = Math.tanh(0.9 * state.drift + Math.exp(-(last % 7)))
    if (name !== 'pulse') ctx.note(name, state.drift, last)
    if (name === 'late') ctx.clearTimer('echo')
  },
  onBook(ctx) {
    ctx.state.seen.book = (ctx.state.seen.book ?? 0) + 1
    ctx.note('book', ctx.market().venueSeq)
  },
  onStop(ctx) {
    ctx.note('end', ctx.state.drift, ctx.state.worst)
  },
})
