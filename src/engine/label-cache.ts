import { fail } from '../errors/tickwright-error.js'

/** Longest label of a note, bytes of UTF-8. */
export const LABEL_BYTES_MAX = 256

/**
 * Labels kept encoded; beyond that they are encoded anew each time, which costs but is no error.
 */
const LABELS_KEPT = 1_024

/** UTF-8 of a strategy's labels, each encoded once. */
export class LabelCache {
  readonly #kept = new Map<string, Uint8Array>()
  readonly #encoder = new TextEncoder()

  encode(label: string): Uint8Array {
    return this.#kept.get(label) ?? this.#encodeNew(label)
  }

  #encodeNew(label: string): Uint8Array {
    const bytes = this.#encoder.encode(label)
    if (bytes.length === 0 || bytes.length > LABEL_BYTES_MAX) {
      throw fail(
        'E_STRATEGY_ARGUMENT',
        `note: label must have 1 to ${LABEL_BYTES_MAX} bytes, had ${bytes.length}`,
      )
    }
    if (this.#kept.size < LABELS_KEPT) this.#kept.set(label, bytes)
    return bytes
  }
}
