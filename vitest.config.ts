import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'replay/**/*.test.ts',
      'bench/**/*.test.ts',
      'test/**/*.test.ts',
      'scripts/**/*.test.mjs',
    ],
    // A test decides by what it saw, never by a clock; this only ends one that hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
})
