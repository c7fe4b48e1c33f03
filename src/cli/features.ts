import type { Command } from 'commander'
import { define, type ExitCode } from './command.js'
import { askFeatures, type Feature } from './feature-catalogue.js'
import { bytesOf, readFeatureSet } from './feature-set.js'
import { addCompute } from './features-compute.js'
import { featuresDocument } from './features-document.js'
import { table } from './ui.js'

export function addFeatures(program: Command, exit: ExitCode): void {
  const group = program
    .command('features')
    .description('the features that rows can hold')
    .addHelpText('after', '\nExample:\n  tickwright features describe obi --json')
  define(
    group.command('list').description('all features, by group'),
    exit,
    'tickwright features list',
    async (_, __, { core }) => {
      const features = askFeatures<readonly Feature[]>(core, 'list')
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
      const feature = askFeatures<Feature>(core, 'describe', { name })
      return { document: feature, text: () => featureText(feature) }
    },
  )
  define(
    group
      .command('hash')
      .description('identity of a feature set: its order, parameters and kernels')
      .argument('<set>', 'a feature set, JSON or YAML'),
    exit,
    'tickwright features hash set.json',
    async ([path = ''], _, { core }) => {
      const set = bytesOf(await readFeatureSet(core, path))
      const document = askFeatures<{ readonly hash: string }>(core, 'hash', {}, set)
      return { document, text: () => document.hash }
    },
  )
  addCompute(group, exit)
  define(
    group
      .command('document', { hidden: true })
      .description('docs/features.md, written from the catalogue'),
    exit,
    'tickwright features document > docs/features.md',
    async (_, __, { core }) => {
      const features = askFeatures<readonly Feature[]>(core, 'list')
      return { document: features, text: () => featuresDocument(features).trimEnd() }
    },
  )
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
