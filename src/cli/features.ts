import type { Command } from 'commander'
import type { CoreModule } from '../ports/core.js'
import { define, type ExitCode } from './command.js'
import { readFeatureSet } from './feature-set.js'
import { table } from './ui.js'

/** What the core says of a feature: `native/engine/src/features/catalogue.rs`. */
interface Feature {
  readonly name: string
  readonly group: string
  readonly what: string
  readonly formula: string
  readonly parameters: readonly {
    readonly name: string
    readonly kind: string
    readonly values: string
    readonly default: string | null
    readonly what: string
  }[]
  readonly outputs: readonly string[]
  readonly warmup: string
  readonly closed: string
  readonly clock: string
  readonly reads: { readonly least: number; readonly most: number }
  readonly source: string
}

export function addFeatures(program: Command, exit: ExitCode): void {
  const group = program
    .command('features')
    .description('the features that rows can hold')
    .addHelpText('after', '\nExample:\n  tickwright features describe obi')
  define(
    group.command('list').description('all features, by group'),
    exit,
    'tickwright features list',
    async (_, __, { core }) => {
      const features = ask<readonly Feature[]>(core, 'list')
      return { document: features, text: () => listText(features) }
    },
  )
  define(
    group
      .command('describe')
      .description('formula, parameters, warm-up and source of a feature')
      .argument('<name>', 'a feature'),
    exit,
    'tickwright features describe obi',
    async ([name = ''], _, { core }) => {
      const feature = ask<Feature>(core, 'describe', { name })
      return { document: feature, text: () => featureText(feature) }
    },
  )
  define(
    group
      .command('hash')
      .description('identity of a feature set: its order, parameters and kernels')
      .argument('<set>', 'JSON of a feature set'),
    exit,
    'tickwright features hash set.json',
    async ([path = ''], _, { core }) => {
      const set = new TextEncoder().encode(JSON.stringify(readFeatureSet(path)))
      const document = ask<{ readonly hash: string }>(core, 'hash', {}, set)
      return { document, text: () => document.hash }
    },
  )
}

function ask<T>(core: CoreModule, op: string, args: object = {}, bytes?: Uint8Array): T {
  const tool = core.openTool('features')
  try {
    return tool.call<T>(op, args, bytes).result
  } finally {
    tool.close()
  }
}

const listText = (features: readonly Feature[]): string =>
  table(features.map(({ name, group, what }) => [name, group, what]))

function featureText(f: Feature): string {
  const { least, most } = f.reads
  const reads = most === 0 ? [] : [`reads      ${least} to ${most} columns (of)`]
  const parameters = f.parameters.map((p) => [
    `  ${p.name}`,
    p.kind,
    p.values,
    p.default === null ? 'must be given' : `default ${p.default}`,
    p.what,
  ])
  return [
    `${f.name} (${f.group}): ${f.what}`,
    `formula    ${f.formula}`,
    `outputs    ${f.outputs.join(', ')}`,
    `clock      ${f.clock}`,
    ...reads,
    `window     ${f.closed}-closed`,
    `warm-up    ${f.warmup}`,
    `source     ${f.source}`,
    ...(parameters.length === 0 ? [] : ['parameters', table(parameters)]),
  ].join('\n')
}
