/** How far a book is proven, least first; the place in this list is the core's number for it. */
export const proofNames = [
  'unproven',
  'unprovable',
  'sequence',
  'sequence+bbo',
  'checksum',
] as const
export type Proof = (typeof proofNames)[number]

/** The least that a strategy may ask for. `unproven` accepts any book. */
export type MinimumProof = Exclude<Proof, 'unprovable'>
