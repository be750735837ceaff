/** Values of options that the benchmarks share. Each throws an Error that names the option and what it may be. */
import type { BrowserName } from '../e2e/browsers/find-browsers.ts';

/** @param name of the option, for the message */
export function parseWhole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new Error(`${name} must be a whole number from ${min} to ${max}, not "${text}".`);
}

export function parseBrowser(text: string): BrowserName {
  if (text === 'chromium' || text === 'firefox') return text;
  throw new Error(`--browser must be chromium or firefox, not "${text}".`);
}
