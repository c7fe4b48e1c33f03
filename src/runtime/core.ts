// The one door to the builds of the core, for those who wire: commands, benchmarks, tests.
export { type CoreChoice, loadCore } from '../adapters/core/load-core.js'
