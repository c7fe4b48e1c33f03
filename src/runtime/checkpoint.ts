import { createHash } from 'node:crypto'

/** Where the checkpoint lies that a journal goes on from: in its directory. */
export const CHECKPOINT_FILE = 'checkpoint.twc'

/** What a CHECKPOINT_REF holds. */
export interface CheckpointReference {
  readonly sha256: string
  readonly bytes: number
}

/** Names a checkpoint by its content, as a journal does. */
export function describeCheckpoint(document: Uint8Array): CheckpointReference {
  const sha256 = createHash('sha256').update(document).digest('hex')
  return { sha256, bytes: document.length }
}

/** The payload of the input CHECKPOINT_REF. */
export const checkpointReference = (document: Uint8Array): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(describeCheckpoint(document)))
