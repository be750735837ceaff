import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts', 'conformance/**/*.test.ts'],
    // They have a configuration of their own, vitest.long.config.ts.
    exclude: ['e2e/long/**'],
    environment: 'node',
    globalSetup: ['e2e/browsers/global-setup.ts', 'e2e/instance/global-setup.ts'],
    // Browsers are hungry: one file at a time.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
