import { defineConfig } from 'vitest/config';

/** What takes long because it shows that something lasts. */
export default defineConfig({
  test: {
    include: ['e2e/long/**/*.test.ts'],
    environment: 'node',
    globalSetup: ['e2e/browsers/global-setup.ts', 'e2e/instance/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 60_000,
  },
});
