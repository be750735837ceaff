import { describe, expect, it } from 'vitest';
import type { Command } from '../session/commands.ts';
import { commandOf } from './run-by-keys.ts';

function command(id: string, keys: string, enabled?: () => boolean): Command {
  return { id, title: id, group: 'Help', keys, run: () => {}, ...(enabled ? { enabled } : {}) };
}

const NONE = { code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
const READING = { writing: false, mac: false };

describe('keys run', () => {
  it('the command that was added last, of those that make sense', () => {
    const press = { ...NONE, key: 's', ctrlKey: true };
    const page = command('page', 'Mod-s');
    const part = command('part', 'Mod-s');
    expect(commandOf([page, part], press, READING)).toBe(part);
    expect(commandOf([page, { ...part, enabled: () => false }], press, READING)).toBe(page);
    expect(commandOf([], press, READING)).toBeUndefined();
  });

  it('nothing while somebody writes, if they write something', () => {
    const help = command('help', '?');
    const press = { ...NONE, key: '?', shiftKey: true };
    expect(commandOf([help], press, READING)).toBe(help);
    expect(commandOf([help], press, { ...READING, writing: true })).toBeUndefined();
    const open = command('open', 'Mod-p');
    const pressOpen = { ...NONE, key: 'p', ctrlKey: true };
    expect(commandOf([open], pressOpen, { ...READING, writing: true })).toBe(open);
  });
});
