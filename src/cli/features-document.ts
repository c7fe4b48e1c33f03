import type { Feature, Parameter } from './feature-catalogue.js'

const BEGIN = `# Features

<!-- Written by \`tickwright features document\`: change the catalogue, not this page. -->

A *feature set* is a list of columns in YAML or JSON; a *row* holds their values at one moment.

\`\`\`yaml
features:
  - { name: mid, feature: mid }
  - { name: obi5, feature: obi, depth: 5 }
  - { name: obi_z, feature: zscore, of: [obi5], every: 100ms, window: 600 }
  - { name: rsi, feature: rsi, bars: 1m, period: 14 }
\`\`\`

| member | says |
| --- | --- |
| \`name\` | the column; unique in the set |
| \`feature\` | one of those below |
| \`instrument\` | \`venue:SYMBOL\` where it is not the row's own; its age is then in the row |
| \`of\` | columns above this one that it reads |
| \`every\`, \`on\`, \`bars\` | its clock: a pace (\`100ms\`), events (\`depth\`, \`trade\`, \`quote\`, \`touch\`), or bars (\`1m\`, \`recorded\`, \`{ ticks: 100 }\`, \`{ volume: "10" }\`, \`{ notional: "1000000" }\`) |
| \`output\` | which of several outputs; the first by default |
| all others | parameters of the feature |

A value is null until the feature is warm, where a side of the book is empty, and where a denominator is 0;
never is it one of a partial window. A window that is *right-closed* holds the sample or event at hand, a
*left-closed* one does not. What comes of the book is forgotten when the book is lost.

| command | does |
| --- | --- |
| \`tickwright features list\` | names all features |
| \`tickwright features describe NAME\` | tells what is below of one |
| \`tickwright features hash SET\` | the identity of a set: order, parameters and kernels |
| \`tickwright features compute TAPE --set SET --out FILE\` | rows as \`.csv\` or \`.parquet\`: time (ns), instrument, values, empty where null |
| \`tickwright prove-causal TAPE --set SET\` | cuts, changes and delays the future at random points: rows before them must stay the same bit for bit |
| \`tickwright replay TAPE --features SET\` | rows for strategies |
`

/** `docs/features.md`: the whole catalogue by group. */
export function featuresDocument(features: readonly Feature[]): string {
  const groups = [...new Set(features.map(({ group }) => group))]
  const sections = groups.map((group) => {
    const own = features.filter((f) => f.group === group)
    const overview = rows(
      ['feature', 'is'],
      own.map(({ name, what }) => [`[\`${name}\`](#${name})`, what]),
    )
    return [`## Group: ${group}`, overview, ...own.map(section)].join('\n\n')
  })
  return `${[BEGIN, ...sections].join('\n')}\n`
    .replace(/\n## /g, '\n\n## ')
    .replace(/\n{3,}/g, '\n\n')
}

function section(f: Feature): string {
  const { least, most } = f.reads
  const reads =
    most === 0 ? [] : [`- reads: ${least === most ? least : `${least} to ${most}`} columns`]
  const facts = [
    `- formula: ${code(f.formula)}`,
    `- outputs: ${f.outputs.map(code).join(', ')}`,
    `- clock: ${f.clock}`,
    ...reads,
    `- window: ${f.closed}-closed`,
    `- warm-up: ${f.warmup}`,
    `- source: ${f.source}`,
  ]
  const parameters = rows(
    ['parameter', 'kind', 'values', 'default', 'is'],
    f.parameters.map(parameter),
  )
  const table = f.parameters.length === 0 ? [] : [parameters]
  return [`### ${f.name}`, `${f.what}.`, facts.join('\n'), ...table].join('\n\n')
}

const parameter = (p: Parameter): string[] => [
  code(p.name),
  p.kind,
  p.values,
  p.default === null ? '' : code(p.default),
  p.what,
]

/** A table of Markdown. */
function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n')
}

/** Text that Markdown leaves as it is. */
const code = (text: string): string => (text.includes('`') ? text : `\`${text}\``)
