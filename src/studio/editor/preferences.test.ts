import { describe, expect, it } from 'vitest';
import {
  createPreferences,
  DEFAULT_PREFERENCES,
  MAX_FONT_SIZE,
  MIN_FONT_SIZE,
  parsePreferences,
} from './preferences.ts';

describe('how somebody wants the editor', () => {
  it('is kept', () => {
    let kept: string | null = null;
    const storage = {
      getItem: () => kept,
      setItem: (_key: string, text: string) => {
        kept = text;
      },
    };
    createPreferences(storage).change({ wrap: false, fontSize: 18 });
    expect(createPreferences(storage).current.value).toEqual({
      ...DEFAULT_PREFERENCES,
      wrap: false,
      fontSize: 18,
    });
  });

  it('has text that can be read', () => {
    const { current, change } = createPreferences({ getItem: () => null, setItem: () => {} });
    change({ fontSize: 1000 });
    expect(current.value.fontSize).toBe(MAX_FONT_SIZE);
    change({ fontSize: -3 });
    expect(current.value.fontSize).toBe(MIN_FONT_SIZE);
    expect(parsePreferences('{"fontSize":1e9,"wrap":1,"closeBrackets":"yes"}')).toEqual({
      ...DEFAULT_PREFERENCES,
      fontSize: MAX_FONT_SIZE,
    });
  });

  it.each([null, '', 'null', '[]', '{"fontSize":null}'])('is as usual for %j', (text) => {
    expect(parsePreferences(text)).toEqual(DEFAULT_PREFERENCES);
  });
});
