import { expect, it } from 'vitest';
import { isOnlyHere } from './reach.ts';

it.each([
  ['http://localhost:8890/connect/garden/', true],
  ['http://garden.localhost:8890/', true],
  ['http://127.0.0.1:8890/connect/garden/', true],
  ['http://[::1]:8890/connect/garden/', true],
  ['http://192.168.1.5:8890/connect/garden/', false],
  ['https://peer.example/connect/garden/', false],
  ['https://localhost.example/connect/garden/', false],
])('%s can be opened by this computer only: %s', (address, only) => {
  expect(isOnlyHere(address)).toBe(only);
});
