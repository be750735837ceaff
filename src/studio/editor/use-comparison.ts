import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { NamedFile } from '../files/names/file-path.ts';
import type { Studio } from '../session/studio.ts';
import type { CodeEditor } from './code-editor.ts';
import type { OpenText } from './open-texts.ts';

export interface Comparison {
  /** Whether the editor shows what differs from the live text. */
  readonly shown: ReadonlySignal<boolean>;
  toggle(): void;
}

/** Compares the text in the editor with what visitors get, as long as somebody wants to see it. */
export function useComparison(
  { path }: NamedFile,
  text: OpenText,
  editor: ReadonlySignal<CodeEditor | undefined>,
  { store, toaster }: Pick<Studio, 'store' | 'toaster'>,
): Comparison {
  const shown = text.comparing;
  const comparison = useMemo(
    () => ({
      shown,
      toggle() {
        shown.value = !shown.peek();
      },
    }),
    [shown],
  );
  const live = useMemo(() => signal<string | undefined>(undefined), [path]);

  useEffect(() => {
    const ending = new AbortController();

    async function read(): Promise<void> {
      try {
        const blob = await store.readLive(path, { signal: ending.signal });
        const found = (await blob?.text()) ?? '';
        if (!ending.signal.aborted) live.value = found;
      } catch (thrown) {
        if (ending.signal.aborted) return;
        shown.value = false;
        toaster.show({ message: asPeerServerError(thrown, 'storage-failed').message });
      }
    }

    const stopWanting = effect(() => {
      if (shown.value) void read();
      else live.value = undefined;
    });
    const stopShowing = effect(() => {
      void editor.value?.compare(live.value);
    });
    const stopFollowing = store.subscribe((change) => {
      if (shown.peek() && change.live.includes(path)) void read();
    });
    return () => {
      ending.abort();
      stopWanting();
      stopShowing();
      stopFollowing();
    };
  }, [path, store, toaster, editor, shown, live]);

  return comparison;
}
