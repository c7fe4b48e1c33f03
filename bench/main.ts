// The benchmarks without the command line around them: node dist/bench/main.js [SUITE…] [OPTIONS]
import { main } from '../src/cli/main.js'

process.exitCode = await main(['bench', ...process.argv.slice(2)])
