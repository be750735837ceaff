import { expect, it } from 'vitest';
import { MAX_LOG_TEXT, MAX_STACK, parseRuntimeMessage } from './runtime-messages.ts';

it.each([
  { kind: 'ready' },
  { kind: 'failed', text: 'no', stack: '' },
  { kind: 'running', request: 4, handler: 'routes/index.ts GET' },
  { kind: 'log', level: 'warn', text: 'hello', stack: 's', request: 0 },
  { kind: 'log', level: 'info', text: '' },
  {
    kind: 'error',
    name: 'TypeError',
    text: 'x',
    stack: '',
    place: { file: 'templates/a.hbs', line: 1, column: 2 },
    hint: 'h',
    handler: 'server fetch',
    request: 9,
  },
])('reads %j', (message) => {
  expect(parseRuntimeMessage(message)).toEqual(message);
});

it.each([
  null,
  undefined,
  1,
  'ready',
  [],
  {},
  { kind: 'start' },
  { kind: 'running', request: -1, handler: 'x' },
  { kind: 'running', request: 1.5, handler: 'x' },
  { kind: 'running', request: 1 },
  { kind: 'log', level: 'loud', text: 'x' },
  { kind: 'log', level: 'info', text: {} },
  { kind: 'error', name: 'Error' },
])('does not read %j', (message) => {
  expect(parseRuntimeMessage(message)).toBeUndefined();
});

it('leaves out fields that are not of their kind, and cuts what is too long', () => {
  const message = parseRuntimeMessage({
    kind: 'error',
    name: 'n'.repeat(10_000),
    text: 't'.repeat(1_000_000),
    stack: 's'.repeat(1_000_000),
    place: { file: 5, line: 'x' },
    hint: 7,
    request: '1',
    surplus: true,
  });
  expect(message).toEqual({
    kind: 'error',
    name: `${'n'.repeat(1024)}…`,
    text: `${'t'.repeat(MAX_LOG_TEXT)}…`,
    stack: `${'s'.repeat(MAX_STACK)}…`,
  });
});
