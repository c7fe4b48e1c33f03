// `npm start`: set-up, then the main job.
import { bootstrapOrExplain } from './bootstrap.mjs'

const failed = await bootstrapOrExplain({})
if (failed) process.exitCode = failed
else {
  const { main } = await import('../dist/src/cli/main.js')
  process.exitCode = await main(['start', ...process.argv.slice(2)])
}
