/** `npm run bench -- --dynamic`: sites with code beside the same app on Node. See docs/performance.md. */
import { writeFile } from 'node:fs/promises';
import { currentLoad, describeMachine } from '../machine.ts';
import { openDynamicLab } from './dynamic-lab.ts';
import { formatDynamicReport, makeDynamicReport } from './dynamic-report.ts';
import { makeFigures } from './figures.ts';
import { measureRound, type Round } from './measure-dynamic.ts';
import { type DynamicOptions, parseDynamicOptions, USAGE } from './options.ts';

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function measure(options: DynamicOptions): Promise<void> {
  const load = currentLoad();
  const lab = await openDynamicLab(options, progress);
  try {
    const machine = describeMachine(lab.browser, load, new Date());
    progress('Warming up…');
    // A whole round: code that has run little runs several times slower.
    await measureRound(lab, options, false);
    const rounds: Round[] = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      progress(`Round ${round} of ${options.rounds}…`);
      rounds.push(await measureRound(lab, options, round % 2 === 0));
    }
    const report = makeDynamicReport(machine, options, makeFigures(rounds), rounds);
    process.stdout.write(formatDynamicReport(report));
    if (options.json) await writeFile(options.json, `${JSON.stringify(report, null, 1)}\n`);
  } finally {
    await lab.close();
  }
}

try {
  const options = parseDynamicOptions(process.argv.slice(2));
  if (options === undefined) process.stdout.write(`${USAGE}\n`);
  else await measure(options);
} catch (thrown) {
  // The stack is wanted here: whoever measures is a developer, and something of ours broke.
  process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
  process.exitCode = 1;
}
