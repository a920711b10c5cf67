import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.long.test.ts', 'node_modules/**', 'dist/**'],
    globalSetup: ['test/build-cli.ts'],
    testTimeout: 30_000,
    // All of a machine: by default one worker is what a machine of two cores gets.
    maxWorkers: '100%',
  },
})
