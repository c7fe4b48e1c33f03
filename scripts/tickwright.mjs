#!/usr/bin/env node
// The command line in a checkout: set-up where something changed, then the command.
import { bootstrapOrExplain } from './bootstrap.mjs'

const args = process.argv.slice(2)
const failed = await bootstrapOrExplain({
  quiet: args.includes('--quiet'),
  json: args.includes('--json'),
})
if (failed) process.exitCode = failed
else {
  const { main } = await import('../dist/src/cli/main.js')
  process.exitCode = await main(args)
}
