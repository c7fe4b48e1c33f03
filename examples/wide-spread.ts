import { defineStrategy, onQuoteChange } from 'tickwright'

/** Notes each moment at which the best quotes are further apart than usual. */
export default defineStrategy({
  name: 'wide-spread',
  description: 'Notes spreads above a bound.',
  params: { units: { default: 20, min: 1, max: 1_000_000, description: 'bound, price units' } },
  state: () => ({ seen: 0 }),
  triggers: () => [onQuoteChange()],
  onTrigger(ctx) {
    const market = ctx.market()
    if (market.spread <= ctx.params.units) return
    ctx.state.seen += 1
    ctx.note('wide', market.spread)
  },
})
