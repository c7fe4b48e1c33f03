import { defineStrategy, every, MS, threshold } from 'tickwright'

/**
 * Notes the imbalance of the best quotes at a cadence, and each time that it crosses a threshold.
 */
export default defineStrategy({
  name: 'touch-imbalance',
  description: 'Notes the imbalance of the best quotes every 100 ms and on a threshold.',
  minimumProof: 'sequence',
  params: {
    periodMs: { default: 100, min: 1, max: 60_000, description: 'cadence, milliseconds' },
    above: { default: 0.7, min: 0, max: 1, description: 'imbalance at which to note a crossing' },
  },
  state: () => ({ samples: 0, crossings: 0, strongest: 0 }),
  triggers: (params) => [
    every(params.periodMs * MS, { name: 'sample' }),
    threshold('touchImbalance', { name: 'crossing', above: params.above }),
  ],
  onTrigger(ctx, trigger) {
    const { state } = ctx
    const market = ctx.market()
    const { imbalance } = market
    if (Number.isNaN(imbalance)) return
    state.strongest = Math.max(state.strongest, Math.abs(imbalance))
    if (trigger.kind === 'threshold') {
      state.crossings += 1
      ctx.note('crossing', imbalance, market.bidPrice, market.askPrice)
    } else {
      state.samples += 1
      ctx.note('imbalance', imbalance, market.mid)
    }
  },
  onStop(ctx) {
    ctx.note('summary', ctx.state.samples, ctx.state.crossings, ctx.state.strongest)
  },
})
