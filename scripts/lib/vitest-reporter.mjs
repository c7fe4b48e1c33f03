// Vitest reporter for scripts/test.mjs: counts, and the names and reasons of what was skipped.
// Writes JSON to the file that TICKWRIGHT_VITEST_RESULT names.
import { writeFileSync } from 'node:fs'

export default class CountingReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const result = { passed: 0, failed: unhandledErrors.length, skipped: [] }
    for (const module of modules) {
      // A file that cannot be imported holds no test that could fail.
      result.failed += module.errors().length
      for (const test of module.children.allTests()) count(result, test)
    }
    const path = process.env.TICKWRIGHT_VITEST_RESULT
    if (path) writeFileSync(path, JSON.stringify(result))
  }
}

function count(result, test) {
  const { state, note } = test.result()
  if (state === 'passed') result.passed++
  else if (state === 'failed') result.failed++
  else result.skipped.push(note ? `${test.fullName}: ${note}` : test.fullName)
}
