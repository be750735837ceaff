import { type ReadonlySignal, signal } from '@preact/signals';
import { asPeerServerError, PeerServerError } from '../../../protocol/errors.ts';
import { formatBytes } from '../../elements/wording.ts';
import type { NewFile, SiteStore } from '../../host.ts';
import { isProject, uploadPlaces } from '../names/file-names.ts';
import { freePath } from '../names/folder-names.ts';
import type { UploadBatch, UploadItem } from './upload-tree.ts';

/** What is done where files of an upload would take the place of others. */
export type ReplaceAnswer = 'replace' | 'keep-both' | 'skip';
/** What is done with a zip. */
export type ZipAnswer = 'file' | 'unpack';

/** What the page shows of an upload. */
export type UploadStatus =
  | { readonly kind: 'idle' }
  /** Folders are being walked; nothing is stored yet. */
  | { readonly kind: 'reading' }
  /** `taken`: paths that are there already, or come more than once. Without an answer the upload is given up. */
  | {
      readonly kind: 'asking-to-replace';
      readonly taken: readonly string[];
      readonly count: number;
      readonly answer: (answer: ReplaceAnswer | undefined) => void;
    }
  | {
      readonly kind: 'asking-about-zip';
      readonly name: string;
      readonly answer: (answer: ZipAnswer | undefined) => void;
    }
  /** In bytes. */
  | {
      readonly kind: 'storing';
      readonly done: number;
      readonly total: number;
      readonly files: number;
    }
  | { readonly kind: 'done'; readonly count: number; readonly skipped: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string; readonly stored: number };

/** Files stored in one step: enough that 10,000 take seconds, few enough that stopping loses little. */
const STEP_FILES = 200;
/** Bytes in one step; a single file may be larger. */
const STEP_BYTES = 32_000_000;

export interface UploadOptions {
  /** Where the files go, with a slash at the end; without it, where their names say. */
  readonly folder?: string;
}

export interface Uploader {
  readonly status: ReadonlySignal<UploadStatus>;
  /** Stores what `gather` finds and makes it live. One upload at a time: another one waits its turn. */
  upload(
    gather: (signal: AbortSignal) => Promise<UploadBatch>,
    options?: UploadOptions,
  ): Promise<void>;
  /** Stops; what is stored already stays. */
  cancel(): void;
  /** Back to `idle`, once the outcome has been read. */
  dismiss(): void;
}

export interface UploaderOptions {
  readonly store: () => Pick<SiteStore, 'list' | 'writeMany'> | undefined;
  /** Bytes that the browser still has room for; undefined when it does not say. */
  readonly room: () => Promise<number | undefined>;
  /** The files in a zip. Rejects with bad-input when it is none, or asks too much. */
  readonly unpack: (zip: Blob, signal: AbortSignal) => Promise<UploadBatch>;
}

/** Uploads go live at once: who drops a folder on a server means its visitors to see it. */
export function createUploader({ store, room, unpack }: UploaderOptions): Uploader {
  const status = signal<UploadStatus>({ kind: 'idle' });
  let running = new AbortController();
  let queue: Promise<void> = Promise.resolve();

  /** Shows a question and waits for its answer; no answer is a change of mind. */
  async function ask<Answer>(
    question: (answer: (given: Answer | undefined) => void) => UploadStatus,
  ): Promise<Answer> {
    const given = await new Promise<Answer | undefined>((resolve) => {
      running.signal.addEventListener('abort', () => resolve(undefined), { once: true });
      status.value = question(resolve);
    });
    if (given === undefined) throw new PeerServerError('cancelled', 'The upload was stopped.');
    status.value = { kind: 'reading' };
    return given;
  }

  /** A zip that comes alone may be meant as what is in it. */
  async function openZip(batch: UploadBatch, signal: AbortSignal): Promise<UploadBatch> {
    const [only] = batch.items;
    if (batch.items.length !== 1 || !only || !/\.zip$/i.test(only.path)) return batch;
    const answer = await ask<ZipAnswer>((give) => ({
      kind: 'asking-about-zip',
      name: only.path,
      answer: give,
    }));
    return answer === 'file' ? batch : unpack(only.file, signal);
  }

  /** Leaves out, renames or keeps what would take another file's place, be it on the site or in the upload. */
  async function settle(items: readonly UploadItem[], present: ReadonlySet<string>) {
    const places = new Set(present);
    const taken = new Set<UploadItem>();
    for (const item of items) {
      if (places.has(item.path)) taken.add(item);
      places.add(item.path);
    }
    if (taken.size === 0) return items;
    const answer = await ask<ReplaceAnswer>((give) => ({
      kind: 'asking-to-replace',
      taken: [...taken].map(({ path }) => path),
      count: items.length,
      answer: give,
    }));
    if (answer === 'replace') return [...new Map(items.map((item) => [item.path, item])).values()];
    if (answer === 'skip') return items.filter((item) => !taken.has(item));
    return items.map((item) => {
      if (!taken.has(item)) return item;
      const free = freePath(item.path, (candidate) => places.has(candidate));
      places.add(free);
      return { path: free, file: item.file };
    });
  }

  async function requireRoom(bytes: number): Promise<void> {
    const left = await room();
    if (left === undefined || bytes <= left) return;
    const text = `This browser has only ${formatBytes(left)} left, too little for the site with these files (${formatBytes(bytes)}). Nothing was uploaded: choose fewer or smaller files, or remove large ones from the site.`;
    throw new PeerServerError('storage-failed', text);
  }

  async function run(
    gather: (signal: AbortSignal) => Promise<UploadBatch>,
    { folder }: UploadOptions,
  ): Promise<void> {
    running = new AbortController();
    const { signal } = running;
    let stored = 0;
    try {
      const target = store();
      if (!target) return;
      status.value = { kind: 'reading' };
      const found = await openZip(await gather(signal), signal);
      const present = new Set(target.list().map(({ path }) => path));
      const placed = placeItems(found.items, folder, isProject(present));
      const items = await settle(placed, present);
      const total = items.reduce((sum, { file }) => sum + file.size, 0);
      await requireRoom(total);
      let done = 0;
      for (const step of stepsOf(items)) {
        const show = (bytes: number) => {
          status.value = { kind: 'storing', done: done + bytes, total, files: items.length };
        };
        show(0);
        const onProgress = (progress: { done: number }) => show(progress.done);
        await target.writeMany(step.files, { publish: true, signal, onProgress });
        stored += step.files.length;
        done += step.bytes;
      }
      status.value = { kind: 'done', count: items.length, skipped: found.skipped };
    } catch (thrown) {
      const { code, message } = asPeerServerError(thrown, 'storage-failed');
      const text = code === 'cancelled' ? 'The upload was stopped.' : message;
      status.value = { kind: 'failed', message: text, stored };
    }
  }

  return {
    status,
    upload(gather, options = {}) {
      queue = queue.then(() => run(gather, options));
      return queue;
    },
    cancel: () => running.abort(),
    dismiss() {
      status.value = { kind: 'idle' };
    },
  };
}

/** Where the files go: into the folder that was meant, else where their names say. */
function placeItems(
  found: readonly UploadItem[],
  folder: string | undefined,
  project: boolean,
): readonly UploadItem[] {
  const placeOf =
    folder === undefined
      ? uploadPlaces(
          found.map(({ path }) => path),
          project,
        )
      : (path: string) => folder + path;
  return found.map(({ path, file }) => ({ path: placeOf(path), file }));
}

interface UploadStep {
  readonly files: readonly NewFile[];
  readonly bytes: number;
}

function stepsOf(items: readonly UploadItem[]): UploadStep[] {
  const steps: UploadStep[] = [];
  let files: NewFile[] = [];
  let bytes = 0;
  for (const { path, file } of items) {
    if (files.length > 0 && (files.length >= STEP_FILES || bytes + file.size > STEP_BYTES)) {
      steps.push({ files, bytes });
      files = [];
      bytes = 0;
    }
    files.push({ path, content: file });
    bytes += file.size;
  }
  if (files.length > 0) steps.push({ files, bytes });
  return steps;
}
