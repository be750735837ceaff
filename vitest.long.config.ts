import { defineConfig } from 'vitest/config';
import { browserTests } from './vitest.e2e.config.ts';

/** What takes long because it shows that something lasts. */
export default defineConfig({
  test: {
    ...browserTests,
    include: ['e2e/long/**/*.test.ts'],
    testTimeout: 900_000,
  },
});
