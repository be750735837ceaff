import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** @typedef {{ raw: number, gzip: number }} Size in bytes */

/** Size of what a browser loads as one thing. @param {(string | Uint8Array)[]} files */
export function sizeOf(files) {
  const sizes = files.map((file) => ({
    raw: Buffer.byteLength(file),
    gzip: gzipSync(file, { level: 9 }).length,
  }));
  return {
    raw: sizes.reduce((sum, size) => sum + size.raw, 0),
    gzip: sizes.reduce((sum, size) => sum + size.gzip, 0),
  };
}

/**
 * Prints each part's size beside its budget (scripts/budgets.json, gzip, in KiB).
 * @param {Record<string, Size>} sizes
 * @throws Error when a part is above its budget, or has none
 */
export function checkBudgets(sizes) {
  const budgets = JSON.parse(readFileSync(new URL('../budgets.json', import.meta.url), 'utf8'));
  const rows = Object.entries(sizes).map(([part, size]) => {
    const budget = budgets[part];
    if (budget === undefined) throw new Error(`scripts/budgets.json has no line for "${part}".`);
    return { part, size, budget, over: size.gzip > budget * 1024 };
  });
  for (const { part, size, budget, over } of rows) {
    const cells = [
      kib(size.raw).padStart(9),
      kib(size.gzip).padStart(9),
      `${budget} KiB`.padStart(9),
    ];
    process.stderr.write(`  ${part.padEnd(16)}${cells.join('')}${over ? '  too large' : ''}\n`);
  }
  process.stderr.write(`  ${''.padEnd(16)}      raw     gzip   budget\n`);
  const over = rows.filter((row) => row.over).map((row) => row.part);
  if (over.length > 0) {
    throw new Error(
      `Larger than its budget: ${over.join(', ')}. Make it smaller, or raise scripts/budgets.json and say why.`,
    );
  }
}

function kib(bytes) {
  return `${(bytes / 1024).toFixed(1)} K`;
}
