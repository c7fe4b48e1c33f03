// Counts of `cargo test -- --show-output`.

const RESULT = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;/gm
const IGNORED = /^test (\S+) \.\.\. ignored(?:, (.*))?$/gm
const SECTION = /^---- (\S+) stdout ----$/

/**
 * `{ passed, failed, skipped }`. A test that cannot run prints `skipped: NAME: REASON` and returns, so
 * libtest takes it for passed; here it counts as skipped, once however many such lines it prints.
 */
export function countRust(output) {
  const counts = { passed: 0, failed: 0, skipped: [] }
  for (const [, passed, failed] of output.matchAll(RESULT)) {
    counts.passed += Number(passed)
    counts.failed += Number(failed)
  }
  for (const [, name, reason] of output.matchAll(IGNORED)) {
    counts.skipped.push(reason ? `${name}: ${reason}` : `${name}: ignored`)
  }
  const printed = skippedByPrinting(output)
  counts.passed -= printed.length
  counts.skipped.push(...printed)
  return counts
}

function skippedByPrinting(output) {
  const bySection = []
  let isOpen = false
  for (const line of output.split('\n')) {
    if (SECTION.test(line)) isOpen = true
    const said = /^skipped: (.*)$/.exec(line)
    if (!said || !isOpen) continue
    bySection.push(said[1])
    isOpen = false
  }
  return bySection
}
