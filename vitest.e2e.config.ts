import { defineConfig } from 'vitest/config';

/** What all browser tests share. */
export const browserTests = {
  environment: 'node',
  globalSetup: ['e2e/browsers/global-setup.ts', 'e2e/instance/global-setup.ts'],
  // Browsers are hungry: with two files at a time, on two cores, tests exceed their time.
  fileParallelism: false,
  // Limits for a machine that stands still, far above what anything takes.
  testTimeout: 180_000,
  hookTimeout: 120_000,
  // As long as `until` waits; vitest's own is 1 s.
  expect: { poll: { timeout: 30_000 } },
} as const;

export default defineConfig({
  test: {
    ...browserTests,
    include: ['e2e/**/*.test.ts', 'conformance/**/*.test.ts'],
    // They have a configuration of their own, vitest.long.config.ts.
    exclude: ['e2e/long/**'],
  },
});
