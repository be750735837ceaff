import { existsSync, readFileSync } from 'node:fs';

/**
 * Counts one vitest run from its JSON report.
 *
 * A run can fail without a failed test: a file that does not load, a hook that throws, an error nobody
 * caught, a crash before the report was written. Each of these counts as a failure, since a sum that says
 * "0 failed" must mean that all is well.
 * @param {string} file the report
 * @param {number} exitCode vitest's
 * @returns {{ passed: number, failed: number }}
 */
export function countResults(file, exitCode) {
  if (!existsSync(file)) return { passed: 0, failed: exitCode === 0 ? 0 : 1 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const brokenFiles = report.testResults.filter(
    (result) =>
      result.status === 'failed' &&
      !result.assertionResults.some((assertion) => assertion.status === 'failed'),
  );
  const failed = report.numFailedTests + brokenFiles.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
  };
}
