import { type ReadonlySignal, signal } from '@preact/signals';

/** How the editor looks and behaves, for all servers of this browser. */
export interface EditorPreferences {
  readonly wrap: boolean;
  /** In CSS pixels. */
  readonly fontSize: number;
  /** Whether an opening bracket brings its closing one. */
  readonly closeBrackets: boolean;
}

export const MIN_FONT_SIZE = 10;
export const MAX_FONT_SIZE = 28;

/** Brackets close themselves only for those who ask for it: what is typed is what stands there. */
export const DEFAULT_PREFERENCES: EditorPreferences = {
  wrap: true,
  fontSize: 14,
  closeBrackets: false,
};

const KEY = 'peerserver-editor';

export interface Preferences {
  readonly current: ReadonlySignal<EditorPreferences>;
  /** Changes some and keeps them; a font size outside the bounds is the nearest one within. */
  change(next: Partial<EditorPreferences>): void;
}

/** Reads what was kept; what cannot be read is as if it had not been. */
export function createPreferences(storage: Pick<Storage, 'getItem' | 'setItem'>): Preferences {
  const current = signal(parsePreferences(storage.getItem(KEY)));
  return {
    current,
    change(next) {
      const changed = { ...current.peek(), ...next };
      current.value = { ...changed, fontSize: bounded(changed.fontSize) };
      try {
        storage.setItem(KEY, JSON.stringify(current.peek()));
      } catch {
        // No room for it: it holds until the page is reloaded.
      }
    },
  };
}

/** Reads preferences that another version, or a person, may have written. */
export function parsePreferences(text: string | null): EditorPreferences {
  const { wrap, fontSize, closeBrackets } = parseRecord(text);
  const d = DEFAULT_PREFERENCES;
  return {
    wrap: typeof wrap === 'boolean' ? wrap : d.wrap,
    fontSize: typeof fontSize === 'number' ? bounded(fontSize) : d.fontSize,
    closeBrackets: typeof closeBrackets === 'boolean' ? closeBrackets : d.closeBrackets,
  };
}

function bounded(fontSize: number): number {
  return Math.min(Math.max(Math.round(fontSize), MIN_FONT_SIZE), MAX_FONT_SIZE);
}

function parseRecord(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // Not ours: as good as nothing.
    return {};
  }
}
