import { type ReadonlySignal, signal } from '@preact/signals';
import { asPeerServerError } from '../../protocol/errors.ts';
import type { NewFile, SiteStore } from '../host.ts';
import { isProject, uploadPlaces } from './file-names.ts';
import type { UploadBatch, UploadItem } from './upload-tree.ts';

/** What the page shows of an upload. */
export type UploadStatus =
  | { readonly kind: 'idle' }
  /** Folders are being walked; nothing is stored yet. */
  | { readonly kind: 'reading' }
  | { readonly kind: 'storing'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly count: number; readonly skipped: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string; readonly stored: number };

/** Files stored in one step: enough that 10,000 take seconds, few enough that progress is seen. */
const STEP_FILES = 50;
/** Bytes in one step, so that large files move the progress too; a single file may be larger. */
const STEP_BYTES = 16_000_000;

export interface Uploader {
  readonly status: ReadonlySignal<UploadStatus>;
  /** Stores what `gather` finds and makes it live. One upload at a time: another one waits its turn. */
  upload(gather: (signal: AbortSignal) => Promise<UploadBatch>): Promise<void>;
  /** Stops; what is stored already stays. */
  cancel(): void;
  /** Back to `idle`, once the outcome has been read. */
  dismiss(): void;
}

/** Uploads go live at once: who drops a folder on a server means its visitors to see it. */
export function createUploader(
  store: () => Pick<SiteStore, 'list' | 'writeMany'> | undefined,
): Uploader {
  const status = signal<UploadStatus>({ kind: 'idle' });
  let running = new AbortController();
  let queue: Promise<void> = Promise.resolve();

  async function run(gather: (signal: AbortSignal) => Promise<UploadBatch>): Promise<void> {
    running = new AbortController();
    const { signal } = running;
    let done = 0;
    try {
      const target = store();
      if (!target) return;
      status.value = { kind: 'reading' };
      const { items: found, skipped } = await gather(signal);
      const placeOf = uploadPlaces(
        found.map(({ path }) => path),
        isProject(target.list().map(({ path }) => path)),
      );
      const items = found.map(({ path, file }) => ({ path: placeOf(path), file }));
      for (const step of stepsOf(items)) {
        status.value = { kind: 'storing', done, total: items.length };
        await target.writeMany(step, { publish: true, signal });
        done += step.length;
      }
      status.value = { kind: 'done', count: done, skipped };
    } catch (thrown) {
      const { code, message } = asPeerServerError(thrown, 'storage-failed');
      const text = code === 'cancelled' ? 'The upload was stopped.' : message;
      status.value = { kind: 'failed', message: text, stored: done };
    }
  }

  return {
    status,
    upload(gather) {
      queue = queue.then(() => run(gather));
      return queue;
    },
    cancel: () => running.abort(),
    dismiss() {
      status.value = { kind: 'idle' };
    },
  };
}

function stepsOf(items: readonly UploadItem[]): NewFile[][] {
  const steps: NewFile[][] = [];
  let step: NewFile[] = [];
  let bytes = 0;
  for (const { path, file } of items) {
    if (step.length > 0 && (step.length >= STEP_FILES || bytes + file.size > STEP_BYTES)) {
      steps.push(step);
      step = [];
      bytes = 0;
    }
    step.push({ path, content: file });
    bytes += file.size;
  }
  if (step.length > 0) steps.push(step);
  return steps;
}
