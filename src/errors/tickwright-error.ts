import { categoryOf, type ErrorCategory, type ErrorCode, exitCodes, hintOf } from './codes.js'

export interface ErrorFields {
  /** File, byte, line, block, sequence number: as exact as is known. */
  readonly at?: string
  /** What the user can do about it; the code's own hint where absent. */
  readonly hint?: string
  readonly cause?: unknown
  /** For codes that no table of ours holds. */
  readonly category?: ErrorCategory
}

/** Every error that leaves tickwright: a stable code, what was seen, where, and what to do. */
export class TickwrightError extends Error {
  override readonly name = 'TickwrightError'
  readonly code: string
  readonly at: string
  readonly hint: string
  readonly category: ErrorCategory

  constructor(code: string, message: string, fields: ErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause })
    this.code = code
    this.at = fields.at ?? ''
    this.hint = fields.hint ?? hintOf(code)
    this.category = fields.category ?? categoryOf(code)
  }

  get exitCode(): number {
    return exitCodes[this.category]
  }

  /** The same error with a place, where it had none. */
  placed(at: string): TickwrightError {
    if (this.at !== '' || at === '') return this
    const { code, message, hint, category } = this
    return new TickwrightError(code, message, { at, hint, category, cause: this })
  }

  /** The fields of `--json`. */
  toJSON(): { code: string; message: string; at: string; hint: string } {
    return { code: this.code, message: this.message, at: this.at, hint: this.hint }
  }

  /**
   * The core's error, from the JSON object that crosses the border. Text that is no such object is
   * kept whole in an `E_CORE_REPLY`.
   */
  static fromCore(json: string): TickwrightError {
    const fields = parseFields(json)
    if (fields === undefined) {
      return new TickwrightError('E_CORE_REPLY', `the core answered without a code: ${json}`)
    }
    const text = (name: string): string => String(fields[name] ?? '')
    return new TickwrightError(text('code'), text('message'), {
      at: text('at'),
      ...(text('hint') === '' ? {} : { hint: text('hint') }),
    })
  }
}

function parseFields(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value !== 'object' || value === null) return undefined
    return 'code' in value && typeof value.code === 'string' ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** A `TickwrightError` with a code of the table: the way our own code raises them. */
export function fail(code: ErrorCode, message: string, fields?: ErrorFields): TickwrightError {
  return new TickwrightError(code, message, fields)
}

/** A broken contract of ours: nothing that a user can cause should end here. */
export function invariant(message: string): TickwrightError {
  return fail('E_INVARIANT', `Invariant: ${message}`)
}
