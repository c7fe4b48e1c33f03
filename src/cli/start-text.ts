import type { StartSummary } from './start.js'
import { count } from './ui.js'

/** For someone who sees tickwright for the first time. */
export function startText(s: StartSummary): string {
  const { live, verified, proof, replay, files } = s
  const yes = (is: boolean): string => (is ? 'equal' : 'NOT EQUAL')
  const rate = Math.round(live.frames / live.wallSeconds)
  return [
    '',
    `A demo market of ${s.seconds} seconds (seed ${s.seed}, ${s.core} core)`,
    `  recorded   ${count(live.frames)} frames came in, ${count(live.events)} events, ${count(live.triggers)} calls of the strategy; ${count(rate)} frames/s`,
    `  replayed   the journal, all ${count(verified.inputs)} inputs: every decision ${yes(verified.equal)}`,
    `  proven     the book against ${count(proof.bbo.compared)} best quotes: ${count(proof.bbo.mismatched)} wrong, ${count(proof.sequence.gaps)} gaps (${proof.level})`,
    `  compared   live, journal and tape: market, features and decisions ${yes(s.equal)}; tape at ${count(replay.rowsPerSecond)} rows/s`,
    '',
    `Files in ${files.folder}: session.journal/ (the truth), market.tape, summary.json`,
    '',
    'Try next',
    `  npx tickwright book ${files.tape} --at +60`,
    `  npx tickwright inspect ${files.tape}`,
    `  npx tickwright verify ${files.journal}`,
    `  npx tickwright replay ${files.tape} --strategy touch-imbalance --param above=0.9`,
    '  npx tickwright import RECORDING.gz --out my.tape && npx tickwright prove my.tape',
  ].join('\n')
}
