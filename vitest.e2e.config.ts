import { defineConfig } from 'vitest/config';

/** What all browser tests share. */
export const browserTests = {
  environment: 'node',
  globalSetup: ['e2e/browsers/global-setup.ts', 'e2e/instance/global-setup.ts'],
  // Browsers are hungry: with two files at a time, on two cores, tests exceed their time.
  fileParallelism: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    ...browserTests,
    include: ['e2e/**/*.test.ts', 'conformance/**/*.test.ts'],
    // They have a configuration of their own, vitest.long.config.ts.
    exclude: ['e2e/long/**'],
  },
});
