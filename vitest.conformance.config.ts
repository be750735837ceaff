import { defineConfig } from 'vitest/config';
import e2e from './vitest.e2e.config.ts';

/** What `npm run conformance` runs: suites that write their results into conformance/. */
export default defineConfig({
  test: { ...e2e.test, include: ['conformance/**/*.report.ts'], exclude: [] },
});
