/** `npm run bench`: measures the whole way of a request against what bounds it. See docs/performance.md. */
import { writeFile } from 'node:fs/promises';
import { currentLoad, describeMachine } from './machine.ts';
import { Measurement } from './measure.ts';
import { type BenchOptions, parseOptions, USAGE } from './options.ts';
import { saveProfile } from './profile/save-profile.ts';
import { formatReport, makeReport } from './report.ts';

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function measure(options: BenchOptions): Promise<void> {
  const load = currentLoad();
  const measurement = new Measurement(options, progress);
  try {
    const machine = describeMachine(await measurement.browserVersion(), load, new Date());
    const report = makeReport(machine, options, await measurement.run());
    process.stdout.write(formatReport(report));
    if (options.json) await writeFile(options.json, `${JSON.stringify(report, null, 1)}\n`);
  } finally {
    await measurement.close();
  }
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(`${USAGE}\n`);
  else if (options.profile === undefined) await measure(options);
  else await saveProfile(options, options.profile, progress);
} catch (thrown) {
  // The stack is wanted here: whoever measures is a developer, and something of ours broke.
  process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
  process.exitCode = 1;
}
