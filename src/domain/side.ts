/** Side of a book, as the core numbers it. */
export const Side = { Bid: 0, Ask: 1 } as const
export type Side = (typeof Side)[keyof typeof Side]

/** Who took liquidity in a trade; the entry lies on the aggressor's side. */
export type Aggressor = 'buy' | 'sell'

/** A buyer that takes is recorded on the bid side. */
export function aggressorOf(side: Side): Aggressor {
  return side === Side.Bid ? 'buy' : 'sell'
}
