import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countResults } from './test-results.mjs';

describe('countResults', () => {
  let folder;
  let file;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerserver-results-'));
    file = join(folder, 'report.json');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const report = (numPassedTests, numFailedTests, testResults) =>
    writeFile(file, JSON.stringify({ numPassedTests, numFailedTests, testResults }));

  it('counts passed and failed tests', async () => {
    await report(3, 1, [{ status: 'failed', assertionResults: [{ status: 'failed' }] }]);
    expect(countResults(file, 1)).toEqual({ passed: 3, failed: 1 });
  });

  it('counts a file that did not load as a failure', async () => {
    await report(3, 0, [{ status: 'failed', assertionResults: [] }]);
    expect(countResults(file, 1)).toEqual({ passed: 3, failed: 1 });
  });

  it('counts a run that failed outside of its tests as a failure', async () => {
    await report(3, 0, [{ status: 'passed', assertionResults: [] }]);
    expect(countResults(file, 1)).toEqual({ passed: 3, failed: 1 });
  });

  it('counts a run that left no report as a failure', () => {
    expect(countResults(file, 1)).toEqual({ passed: 0, failed: 1 });
  });

  it('counts nothing when a filter left nothing to run', async () => {
    await report(0, 0, []);
    expect(countResults(file, 0)).toEqual({ passed: 0, failed: 0 });
  });
});
