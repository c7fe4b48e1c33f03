// `npm test`: set-up, then everything that CI checks. The last line is `N passed, N failed`, with
// `, N skipped` where something was; what was skipped is named above it.
//   --nightly      all seeds and the parts that take long
//   --only PART    one part; may be repeated
import { version } from './lib/run.mjs'

const DAY_MS = 86_400_000
/** Share of each test's seeds in a run that is not a nightly. */
const SHARE = 8

/** Which seeds this run takes: it moves on with every commit, so that all are taken in turn. */
function chooseSeeds(isNightly) {
  const commits = version('git', ['rev-list', '--count', 'HEAD'])
  const turn = commits ? Number(commits) : Math.floor(Date.now() / DAY_MS)
  process.env.TICKWRIGHT_SEED_BASE ??= String(turn)
  process.env.TICKWRIGHT_SEEDS ??= isNightly ? 'all' : `1/${SHARE}`
  if (isNightly) process.env.TICKWRIGHT_NIGHTLY = '1'
  const { TICKWRIGHT_SEEDS, TICKWRIGHT_SEED_BASE } = process.env
  console.log(
    `seeds: TICKWRIGHT_SEEDS=${TICKWRIGHT_SEEDS} TICKWRIGHT_SEED_BASE=${TICKWRIGHT_SEED_BASE}`,
  )
}

function chosenParts(args, all) {
  const only = args.flatMap((arg, i) => (arg === '--only' ? [args[i + 1] ?? ''] : []))
  const unknown = only.find((name) => !(name in all))
  if (unknown !== undefined) {
    console.error(`no part "${unknown}"; parts: ${Object.keys(all).join(', ')}`)
    process.exit(2)
  }
  return only.length > 0 ? only : Object.keys(all)
}

async function runPart(name, work) {
  const began = performance.now()
  process.stderr.write(`${name} …\n`)
  const messages = []
  const counts = await work((message) => messages.push(message))
  for (const message of messages) console.log(`\n=== ${name} failed ===\n${message.trimEnd()}\n`)
  return { name, ...counts, seconds: (performance.now() - began) / 1000 }
}

function report(results) {
  const pad = Math.max(...results.map(({ name }) => name.length))
  console.log('')
  for (const { name, passed, failed, skipped, seconds } of results) {
    const counts = `${passed} passed, ${failed} failed, ${skipped.length} skipped`
    console.log(`${name.padEnd(pad)}  ${counts.padEnd(40)} ${seconds.toFixed(1).padStart(7)} s`)
  }
  for (const { name, skipped } of results)
    for (const what of skipped) console.log(`skipped: ${name}: ${what}`)
  const sum = (key) =>
    results.reduce((total, result) => total + Number(result[key].length ?? result[key]), 0)
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')]
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed
}

async function main(args) {
  const { PARTS } = await import('./lib/parts.mjs')
  chooseSeeds(args.includes('--nightly'))
  const results = []
  for (const name of chosenParts(args, PARTS)) results.push(await runPart(name, PARTS[name]))
  return report(results) > 0 ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
