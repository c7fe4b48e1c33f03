import type { CoreModule } from '../ports/core.js'

/** What the core says of a feature: `native/engine/src/features/catalogue.rs`. */
export interface Feature {
  readonly name: string
  readonly group: string
  readonly what: string
  readonly formula: string
  readonly parameters: readonly Parameter[]
  readonly outputs: readonly string[]
  readonly warmup: string
  readonly closed: string
  readonly clock: 'none' | 'every or on' | 'bars' | 'every, on or bars'
  readonly reads: { readonly least: number; readonly most: number }
  readonly source: string
}

export interface Parameter {
  readonly name: string
  readonly kind: string
  readonly values: string
  readonly default: string | null
  readonly what: string
}

/** One call of the core's feature tool. */
export function askFeatures<T>(
  core: CoreModule,
  op: string,
  args: object = {},
  bytes?: Uint8Array,
): T {
  const tool = core.openTool('features')
  try {
    return tool.call<T>(op, args, bytes).result
  } finally {
    tool.close()
  }
}
