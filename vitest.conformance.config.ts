import { defineConfig } from 'vitest/config';
import { browserTests } from './vitest.e2e.config.ts';

/** What `npm run conformance` runs: suites that write their results into conformance/. */
export default defineConfig({
  test: { ...browserTests, include: ['conformance/**/*.report.ts'], fileParallelism: false },
});
