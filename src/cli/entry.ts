// The command line without set-up: for tests, and for those who set up by themselves.
import { main } from './main.js'

process.exitCode = await main(process.argv.slice(2))
