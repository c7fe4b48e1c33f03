import { defineStrategy, every, MS, onQuoteChange, onTrade } from 'tickwright'

/** Notes what it is handed, in order, with the engine time: what tests of time and order look at. */
export default defineStrategy({
  name: 'recorder',
  timers: ['alarm'],
  params: {
    alarmNs: {
      default: 0,
      min: 0,
      max: 1e15,
      description: 'due once after the start, nanoseconds',
    },
    stepMs: { default: 60_000, min: 1, max: 86_400_000, description: 'cadence, milliseconds' },
    throwAt: { default: 0, min: 0, max: 1e9, description: 'throws at this trade; 0: never' },
  },
  state: () => ({ trades: 0 }),
  triggers: (params) => [
    every(params.stepMs * MS, { name: 'step' }),
    onTrade({ name: 'trade' }),
    onQuoteChange({ name: 'quote' }),
  ],
  onStart(ctx) {
    if (ctx.params.alarmNs > 0) ctx.setTimer('alarm', ctx.params.alarmNs)
    ctx.note('start', ctx.now)
  },
  onTrigger(ctx, trigger) {
    if (trigger.name === 'trade') {
      ctx.state.trades += 1
      if (ctx.state.trades === ctx.params.throwAt) {
        throw new Error(`trade ${ctx.state.trades} is one too many`)
      }
    }
    ctx.note(trigger.name, ctx.now, ctx.market().venueSeq, ctx.market().bidPrice)
  },
  onTimer(ctx, name) {
    ctx.note(name, ctx.now)
  },
  onStop(ctx) {
    ctx.note('stop', ctx.now, ctx.state.trades)
  },
})
