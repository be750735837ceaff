import { defineConfig } from 'vitest/config';
import { browserTests } from './vitest.e2e.config.ts';

/** What `npm run pictures` runs: it photographs, and fails when a page cannot be brought into its state. */
export default defineConfig({
  test: {
    ...browserTests,
    include: ['pictures/**/*.picture.ts'],
    testTimeout: 300_000,
  },
});
