import { describe, expect, it } from 'vitest';
import { type KeyPress, labelKeys, matchesKeys, parseKeys, writesText } from './keys.ts';

function press(key: string, held: Partial<KeyPress> = {}): KeyPress {
  return { key, code: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held };
}

describe('keys of commands', () => {
  it('are read, the hyphen itself included', () => {
    expect(parseKeys('Mod-Shift-f')).toEqual({ mod: true, shift: true, alt: false, key: 'f' });
    expect(parseKeys('F1')).toEqual({ mod: false, shift: false, alt: false, key: 'f1' });
    expect(parseKeys('Mod--').key).toBe('-');
  });

  it.each(['', 'Shift-Mod-a', 'Ctrl-a', 'Mod-a-b'])('are not %j', (text) => {
    expect(() => parseKeys(text)).toThrow(TypeError);
  });

  it('match with Control, and with Command on a Mac', () => {
    const keys = parseKeys('Mod-k');
    expect(matchesKeys(keys, press('k', { ctrlKey: true }), false)).toBe(true);
    expect(matchesKeys(keys, press('k', { metaKey: true }), false)).toBe(false);
    expect(matchesKeys(keys, press('k', { metaKey: true }), true)).toBe(true);
    expect(matchesKeys(keys, press('k', { ctrlKey: true }), true)).toBe(false);
    expect(matchesKeys(keys, press('k'), false)).toBe(false);
  });

  it('match only with the modifiers that they have, so that AltGr writes', () => {
    const held = { ctrlKey: true, altKey: true };
    expect(matchesKeys(parseKeys('Mod-k'), press('k', held), false)).toBe(false);
    expect(
      matchesKeys(parseKeys('Mod-f'), press('F', { ctrlKey: true, shiftKey: true }), false),
    ).toBe(false);
    expect(
      matchesKeys(parseKeys('Mod-Shift-f'), press('F', { ctrlKey: true, shiftKey: true }), false),
    ).toBe(true);
  });

  it('match a sign with or without Shift, as the keyboard has it', () => {
    expect(matchesKeys(parseKeys('?'), press('?', { shiftKey: true }), false)).toBe(true);
    expect(matchesKeys(parseKeys('?'), press('?'), false)).toBe(true);
  });

  it('match by the place of the key where Alt or the alphabet writes something else', () => {
    expect(
      matchesKeys(parseKeys('Alt-1'), press('¡', { code: 'Digit1', altKey: true }), true),
    ).toBe(true);
    expect(
      matchesKeys(parseKeys('Mod-k'), press('л', { code: 'KeyK', ctrlKey: true }), false),
    ).toBe(true);
    // On a keyboard where Z and Y have changed places, the letter counts.
    expect(
      matchesKeys(parseKeys('Mod-z'), press('y', { code: 'KeyZ', ctrlKey: true }), false),
    ).toBe(false);
  });

  it('are left to who writes if they write something', () => {
    expect(['?', 'F1', 'Mod-k', 'Alt-1'].map((text) => writesText(parseKeys(text)))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('are called as on the keyboard', () => {
    expect(labelKeys('Mod-Shift-f', false)).toEqual(['Ctrl', 'Shift', 'F']);
    expect(labelKeys('Mod-Shift-f', true)).toEqual(['⌘', '⇧', 'F']);
    expect(labelKeys('F1', false)).toEqual(['F1']);
    expect(labelKeys('Alt-ArrowLeft', false)).toEqual(['Alt', '←']);
  });
});
