import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Feature } from '../src/cli/feature-catalogue.js'
import { checkFeatureSet } from '../src/cli/feature-check.js'
import { root } from './architecture/source-files.js'
import { cli, cliJson } from './support/cli.js'
import { cores } from './support/cores.js'
import { temporaryFolder } from './support/folders.js'

const folder = temporaryFolder()
const at = (name: string): string => join(folder, name)

const YAML = `features:
  - { name: mid, feature: mid }
  - { name: obi5, feature: obi, depth: 5 }
  - { name: z, feature: zscore, of: [obi5], every: 10ms, window: 100 }
  - { name: rsi, feature: rsi, bars: 100ms, period: 5 }
  - { name: flow, feature: ofi, window: 1s } # a window of time
`
const JSON_SET = {
  features: [
    { name: 'mid', feature: 'mid' },
    { name: 'obi5', feature: 'obi', depth: 5 },
    { name: 'z', feature: 'zscore', of: ['obi5'], every: '10ms', window: 100 },
    { name: 'rsi', feature: 'rsi', bars: '100ms', period: 5 },
    { name: 'flow', feature: 'ofi', window: '1s' },
  ],
}

interface Computed {
  readonly rows: number
  readonly columns: readonly string[]
  readonly hash: string
  readonly nulls: Readonly<Record<string, number>>
  readonly set: string
}

beforeAll(() => {
  writeFileSync(at('set.yaml'), YAML)
  writeFileSync(at('set.json'), JSON.stringify(JSON_SET))
  const symbols = ['--symbol', 'BTCUSDT', '--symbol', 'ETHUSDT']
  cliJson(['generate', '--out', at('market.tape'), '--seed', '5', '--seconds', '20', ...symbols])
})

const compute = (out: string, ...args: string[]): Computed =>
  cliJson<Computed>([
    ...['features', 'compute', at('market.tape'), '--set', at('set.yaml')],
    ...['--out', at(out), ...args],
  ])

/** Cells of a file's rows, the head apart. */
const lines = (name: string): string[][] =>
  readFileSync(at(name), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))

async function parquetRows(name: string) {
  const bytes = readFileSync(at(name))
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  // Nanoseconds as they stand: the reader would make dates of them.
  const parsers = { timestampFromNanoseconds: (ns: bigint) => ns }
  return parquetReadObjects({ file, parsers })
}

describe('features compute', () => {
  test('writes the same rows as text and as columns', async () => {
    const csv = compute('rows.csv')
    const parquet = compute('rows.parquet')
    expect(parquet.hash).toBe(csv.hash)
    expect(csv.columns).toEqual(['mid', 'obi5', 'z', 'rsi', 'flow'])
    const text = lines('rows.csv')
    const rows = await parquetRows('rows.parquet')
    expect(text.length).toBe(csv.rows)
    expect(rows.length).toBe(csv.rows)
    expect(csv.rows).toBeGreaterThan(300)
    for (const [index, [time, instrument, ...values]] of text.entries()) {
      const row = rows[index] ?? {}
      expect([String(row.time), row.instrument]).toEqual([time, instrument])
      const doubles = csv.columns.map((name) => row[name] as number | null)
      expect(doubles).toEqual(values.map((value) => (value === '' ? null : Number(value))))
    }
    const empty = text.filter((cells) => cells[4] === '').length
    expect(csv.nulls.z).toBe(empty)
    expect(empty).toBeGreaterThan(0)
    expect(empty).toBeLessThan(csv.rows)
  })

  test('takes rows at a pace, of one instrument and a stretch of time', () => {
    const all = compute('paced.csv', '--every', '100ms')
    const part = compute(
      'part.csv',
      ...['--every', '100ms', '--instrument', 'ETHUSDT', '--from', '+5', '--until', '+7'],
    )
    expect(all.rows).toBeGreaterThanOrEqual(2 * 199)
    expect(part.rows).toBe(20)
    const whole = lines('paced.csv').map((cells) => cells.join())
    for (const cells of lines('part.csv')) {
      expect(cells[1]).toMatch(/ETHUSDT$/)
      expect(Number(BigInt(cells[0] ?? '') % 100_000_000n)).toBe(0)
      expect(whole).toContain(cells.join())
    }
  })

  test('rows are what a strategy sees at the same events', () => {
    const args = ['--on', 'touch', '--instrument', 'BTCUSDT', '--until', '+10']
    const { columns } = compute('touch.csv', ...args)
    const values = lines('touch.csv').map((cells) =>
      cells.slice(2).map((cell) => (cell === '' ? 'NaN' : cell)),
    )
    const strategy = (
      expected: string,
    ): string => `import { defineStrategy, onQuoteChange } from 'tickwright'
const EXPECTED = [${expected}]
export default defineStrategy({
  name: 'comparer',
  state: () => ({ seen: 0 }),
  triggers: () => [onQuoteChange({ instrument: 'binance-usdm:BTCUSDT' })],
  onTrigger(ctx) {
    const expected = EXPECTED[ctx.state.seen]
    if (expected === undefined) return
    const values = [${columns.map((name) => `ctx.feature('${name}')`).join(', ')}]
    for (let at = 0; at < values.length; at++) {
      if (!Object.is(values[at], expected[at])) throw new Error('another row')
    }
    ctx.state.seen += 1
  },
})
`
    const replay = (expected: string) => {
      writeFileSync(at('comparer.ts'), strategy(expected))
      const set = ['--features', at('set.yaml'), '--strategy', at('comparer.ts'), '--quiet']
      return cli(['replay', at('market.tape'), ...set])
    }
    const text = values.map((row) => `[${row.join(', ')}]`).join(', ')
    expect(values.length).toBeGreaterThan(100)
    expect(replay(text)).toMatchObject({ code: 0 })
    expect(replay(`[1, 2, 3, 4, 5], ${text}`).err).toContain('another row')
  })

  test('a set is the same in YAML and in JSON', () => {
    const hash = (name: string) => cliJson<{ hash: string }>(['features', 'hash', at(name)]).hash
    expect(hash('set.yaml')).toBe(hash('set.json'))
    expect(compute('same.csv', '--on', 'trade').set).toBe(hash('set.json'))
  })

  for (const choice of cores) {
    test(`rows are the same with the ${choice.kind} core`, (context) => {
      if ('absent' in choice) return context.skip(choice.absent)
      const rows = compute('core.csv', '--core', choice.kind)
      expect(rows.hash).toBe(compute('any.csv').hash)
    })
  }

  test('its sources are never written over, and other endings are refused', () => {
    const tape = at('copy.csv')
    copyFileSync(at('market.tape'), tape)
    const args = ['--set', at('set.yaml'), '--quiet']
    for (const [source, out, part] of [
      [tape, tape, 'is a source'],
      [at('market.tape'), at('rows.arrow'), '.csv or .parquet'],
    ] as const) {
      const refused = cli(['features', 'compute', source, '--out', out, ...args])
      expect(refused).toMatchObject({ code: 2 })
      expect(refused.err).toContain(part)
    }
    expect(readFileSync(tape)).toEqual(readFileSync(at('market.tape')))
    expect(existsSync(at('rows.arrow'))).toBe(false)
  })
})

describe('a feature set', () => {
  test('is told all that is wrong with it at once', () => {
    const wrong = `features:
  - { name: a, feature: nothing }
  - { name: b, feature: obi, depth: 51, levels: 3 }
  - { name: b, feature: zscore, of: [c], window: 5 }
  - { name: d, feature: rsi, every: 5, period: x }
  - { name: e, feature: mid, on: depth, output: top }
  - { name: f, feature: depth, levels: 5, bps: 5 }
  - just text
more: 1
`
    writeFileSync(at('wrong.yaml'), wrong)
    const refused = cli(['features', 'hash', at('wrong.yaml'), '--quiet'])
    expect(refused).toMatchObject({ code: 2 })
    for (const part of [
      'E_FEATURE_SET: more: is no member',
      'features[0].feature: feature "nothing" is not known',
      'features[1].depth: must be a whole number, 1 to 50, was 51',
      'features[1].levels: is no parameter of obi',
      'features[2].name: a second column named "b"',
      'features[2].of[0]: no column "c" stands above it',
      'features[2].every: zscore needs a clock',
      'features[3].every: must be a time',
      'features[3].every: rsi takes bars',
      'features[3].period: must be a whole number',
      'features[4].on: mid takes no clock',
      'features[4].output: must be one of',
      'features[5]: bps: stands beside',
      'features[6]: must be an object',
      'wrong.yaml',
    ]) {
      expect(refused.err).toContain(part)
    }
  })

  test('may say what the catalogue has as default anyway', () => {
    const catalogue = cliJson<Feature[]>(['features', 'list'])
    const literal = /^(-?[\d.]+(e-?\d+)?|true|false)$/
    const found = catalogue.flatMap(({ name, parameters }) =>
      parameters.flatMap((parameter) => {
        const text = parameter.default
        if (text === null || !['whole', 'real', 'flag', 'word'].includes(parameter.kind)) return []
        // A default in words says what a parameter has that is not given: none, or what another one has.
        if (parameter.kind !== 'word' && !literal.test(text)) return []
        const value = literal.test(text) ? JSON.parse(text) : text
        const set = { features: [{ name: 'c', feature: name, [parameter.name]: value }] }
        const path = `features[0].${parameter.name}`
        return checkFeatureSet(set, catalogue, () => null)
          .filter((violation) => violation.path === path)
          .map(({ what }) => `${name} ${parameter.name}: ${what}`)
      }),
    )
    expect(found).toEqual([])
    expect(catalogue.length).toBeGreaterThan(50)
  })

  test.each(['features: [', 'features: &a [*a]', 'a: 1\na: 2'])(
    'bad YAML is refused: %s',
    (text) => {
      writeFileSync(at('bad.yml'), text)
      const refused = cli(['features', 'hash', at('bad.yml'), '--quiet'])
      expect(refused).toMatchObject({ code: 2 })
      expect(refused.err).toContain('E_FEATURE_SET')
    },
  )
})

describe('prove-causal', () => {
  interface Proof {
    readonly cuts: number
    readonly rows: number
    readonly violations: number
    readonly found: readonly object[]
    readonly tried: readonly object[]
  }
  const prove = (...args: string[]): Proof =>
    cliJson<Proof>([
      ...['prove-causal', at('market.tape'), '--set', at('set.yaml'), '--cuts', '9', ...args],
    ])

  test('finds nothing in the rows of kernels, whenever they are taken', () => {
    for (const pace of [[], ['--every', '50ms'], ['--on', 'touch']]) {
      const proof = prove(...pace)
      expect(proof).toMatchObject({ cuts: 9, violations: 0, found: [] })
      expect(proof.rows).toBeGreaterThan(300)
    }
  })

  test('a pace that memory could not hold is refused', () => {
    const args = ['prove-causal', at('market.tape'), '--set', at('set.yaml'), '--every', '1ns']
    const refused = cli([...args, '--quiet'])
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.err).toContain('slower pace')
  })

  test('draws its points from a seed', () => {
    const { tried } = prove()
    expect(prove('--seed', '1').tried).toEqual(tried)
    expect(prove('--seed', '2').tried).not.toEqual(tried)
  })
})

describe('docs/features.md', () => {
  test('is what the catalogue says', () => {
    const written = readFileSync(join(root, 'docs/features.md'), 'utf8')
    const { out } = cli(['features', 'document', '--quiet'])
    expect(written === out, 'npx tickwright features document > docs/features.md').toBe(true)
  })
})
