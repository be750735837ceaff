import { asPeerServerError } from '../../protocol/errors.ts';
import type { Toaster } from '../elements/toast.ts';
import type { SiteStore } from '../host.ts';
import type { OpenTexts } from './open-texts.ts';

export interface SiteDraftsOptions {
  readonly store: Pick<SiteStore, 'list' | 'publish' | 'discardDraft' | 'undo' | 'subscribe'>;
  readonly texts: Pick<OpenTexts, 'flush' | 'published' | 'reset' | 'of'>;
  readonly toaster: Pick<Toaster, 'show'>;
}

/** What can be done about all files that differ from what visitors see. Each says what went wrong. */
export interface SiteDrafts {
  /** Makes one file live, whether it is a text or not. */
  publish(path: string, isText: boolean): Promise<void>;
  publishAll(): Promise<void>;
  /** Puts what visitors see back into all drafts; offers to take that back. */
  discardAll(): Promise<void>;
}

const NOT_STORED = 'Your latest changes could not be stored, so nothing was published.';

export function createSiteDrafts({ store, texts, toaster }: SiteDraftsOptions): SiteDrafts {
  const count = () => store.list().filter((file) => file.status !== 'live').length;

  async function orToast(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (thrown) {
      toaster.show({ message: asPeerServerError(thrown, 'storage-failed').message });
    }
  }

  /** The store takes back its latest change, and that would be another one by now. */
  function offerUndo(message: string): void {
    let untouched = true;
    const stop = store.subscribe(({ draft }) => {
      if (draft.length === 0) return;
      untouched = false;
      stop();
    });
    const run = () => {
      stop();
      if (untouched) void orToast(async () => void (await store.undo()));
      else
        toaster.show({
          message: 'The changes cannot be brought back: something was changed since.',
        });
    };
    toaster.show({ message, action: { label: 'Undo', run } });
  }

  return {
    publish: (path, isText) =>
      isText ? texts.of(path).saver.publish() : orToast(() => store.publish([path])),
    publishAll: () =>
      orToast(async () => {
        if (!(await texts.flush())) {
          toaster.show({ message: NOT_STORED });
          return;
        }
        const files = count();
        if (files === 0) return;
        await store.publish();
        texts.published();
        toaster.show({ message: files === 1 ? '1 file is live.' : `${files} files are live.` });
      }),
    discardAll: () =>
      orToast(async () => {
        // What was typed last becomes part of the drafts, so that taking this back brings it back, too.
        await texts.flush();
        texts.reset();
        await store.discardDraft();
        offerUndo('All files are as visitors see them.');
      }),
  };
}
