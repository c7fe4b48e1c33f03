import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { cli, cliJson } from './support/cli.js'
import { cores } from './support/cores.js'
import { temporaryFolder } from './support/folders.js'

const folder = temporaryFolder()
const at = (name: string): string => join(folder, name)

const SET = {
  features: [
    { name: 'mid', feature: 'mid' },
    { name: 'obi5', feature: 'obi', depth: 5 },
    { name: 'flow', feature: 'ofi', window: '1s' },
    { name: 'tfi', feature: 'tfi', window: 50 },
    { name: 'z', feature: 'zscore', of: ['obi5'], every: '10ms', window: 100 },
    { name: 'rsi', feature: 'rsi', bars: '100ms', period: 5 },
    { name: 'signal', feature: 'macd', bars: '100ms', output: 'signal' },
    { name: 'vol', feature: 'rolling_volatility', of: ['mid'], every: '50ms', window: 20 },
    { name: 'agree', feature: 'agreement', of: ['obi5', 'tfi'] },
  ],
}

const STRATEGY = `import { defineStrategy, onQuoteChange } from 'tickwright'
export default defineStrategy({
  name: 'reader',
  state: () => ({ warm: 0 }),
  triggers: () => [onQuoteChange()],
  onTrigger(ctx) {
    const values = [${SET.features.map(({ name }) => `ctx.feature('${name}')`).join(', ')}]
    if (values.every((value) => !Number.isNaN(value))) ctx.state.warm += 1
    if (ctx.state.warm === 50) ctx.note('warm', ...values)
  },
})
`

interface Replayed {
  readonly triggers: number
  readonly digest: Readonly<Record<'market' | 'features' | 'decisions' | 'all', string>>
  readonly manifest: { readonly featureSet: string }
}

beforeAll(() => {
  writeFileSync(at('set.json'), JSON.stringify(SET))
  writeFileSync(at('reader.ts'), STRATEGY)
  cliJson(['generate', '--out', at('market.tape'), '--seed', '11', '--seconds', '40'])
})

const replay = (...args: string[]): Replayed =>
  cliJson<Replayed>([
    ...['replay', at('market.tape'), '--features', at('set.json')],
    ...['--strategy', at('reader.ts'), ...args],
  ])

describe('features', () => {
  test('are listed and described', () => {
    const all = cliJson<{ name: string; group: string }[]>(['features', 'list'])
    const names = all.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { feature } of SET.features) expect(names).toContain(feature)
    const text = cli(['features', 'describe', 'obi'])
    expect(text).toMatchObject({ code: 0 })
    for (const part of ['formula', 'warm-up', 'depth', 'arXiv:1512.03492']) {
      expect(text.out).toContain(part)
    }
  })

  test('reach a strategy, the digest and the manifest', () => {
    const { hash } = cliJson<{ hash: string }>(['features', 'hash', at('set.json')])
    const run = replay()
    expect(run.manifest.featureSet).toBe(hash)
    expect(run.triggers).toBeGreaterThan(300)
    // The strategy has written a note: all columns became warm.
    expect(run.digest.decisions).not.toMatch(/^0+$/)
    expect(run.digest.features).not.toMatch(/^0+$/)
  })

  test('do not depend on blocks, codecs and checkpoints', () => {
    const { digest } = replay()
    expect(replay('--block', '7').digest).toEqual(digest)
    const saved = ['--save-at', '3000', '--checkpoint', at('half')]
    expect(replay(...saved).digest).toEqual(digest)
    expect(replay('--from', at('half')).digest).toEqual(digest)
  })

  for (const choice of cores) {
    test(`are the same with the ${choice.kind} core`, (context) => {
      if ('absent' in choice) return context.skip(choice.absent)
      expect(replay('--core', choice.kind).digest).toEqual(replay().digest)
    })
  }

  test.each([
    ['{', 'no JSON'],
    ['[]', 'no object'],
    ['{"features":[]}', '0 columns'],
    ['{"features":[{"name":"a","feature":"nothing"}]}', 'feature "nothing" is not known'],
    ['{"features":[{"name":"a","feature":"obi","depth":0}]}', 'depth'],
    ['{"features":[{"name":"a","feature":"zscore","of":["b"],"on":"depth","window":5}]}', '"b"'],
  ])('a set that makes no sense is refused: %s', (text, part) => {
    writeFileSync(at('wrong.json'), text)
    const refused = cli(['replay', at('market.tape'), '--features', at('wrong.json'), '--quiet'])
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.err).toContain('E_FEATURE_SET')
    expect(refused.err).toContain(part)
  })

  test('a checkpoint of another set is refused', () => {
    writeFileSync(at('other.json'), '{"features":[{"name":"mid","feature":"mid"}]}')
    replay('--save-at', '3000', '--checkpoint', at('of-set'))
    const args = ['replay', at('market.tape'), '--features', at('other.json')]
    const refused = cli([...args, '--from', at('of-set'), '--quiet'])
    expect(refused.code).not.toBe(0)
    expect(refused.err).toContain('E_STATE')
  })
})
