import { defineConfig } from 'vitest/config';
import e2e from './vitest.e2e.config.ts';

/** What `npm run conformance` runs: it writes conformance/http-cache.md and conformance/expected/. */
export default defineConfig({
  test: { ...e2e.test, include: ['conformance/*.report.ts'], exclude: [] },
});
