import { defineStrategy, onQuoteChange } from 'tickwright'

/** Many triggers on one thing: each event that changes a quote fires all of them. */
export default defineStrategy({
  name: 'crowd',
  params: {
    triggers: { default: 200, min: 1, max: 20_000, description: 'how many' },
  },
  triggers: (params) =>
    Array.from({ length: params.triggers }, (_, index) =>
      onQuoteChange({ name: `quote ${index}` }),
    ),
  onTrigger(ctx, trigger) {
    const market = ctx.market()
    ctx.note('seen', trigger.index, market.venueSeq, market.bidPrice * market.askPrice)
  },
})
