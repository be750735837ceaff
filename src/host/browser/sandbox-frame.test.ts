import { expect, it } from 'vitest';
import { connectSources } from './sandbox-frame.ts';

it.each([
  ['all', 'http: https: ws: wss: data: blob:'],
  ['none', 'data: blob:'],
  [[], 'data: blob:'],
  [
    ['https://api.example', 'wss://live.example'],
    'https://api.example wss://api.example wss://live.example data: blob:',
  ],
] as const)('lets code that may reach %j connect to %j', (outbound, sources) => {
  expect(connectSources(outbound)).toBe(sources);
});
