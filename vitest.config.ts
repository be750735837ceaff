import { defineConfig } from 'vitest/config';

/** Unit tests. Those in real browsers have a configuration of their own, vitest.e2e.config.ts. */
export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'src/**/*.test.tsx',
      'scripts/**/*.test.{ts,mjs}',
      'bench/**/*.test.ts',
    ],
    environment: 'node',
    testTimeout: 15_000,
    hookTimeout: 15_000,
  },
});
