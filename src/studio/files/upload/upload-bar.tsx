import { countFiles, formatBytes } from '../../elements/wording.ts';
import type { Uploader } from './uploader.ts';

/** How an upload goes and how it went. */
export function UploadBar({ uploader }: { readonly uploader: Uploader }) {
  const status = uploader.status.value;
  const busy = status.kind === 'reading' || status.kind === 'storing';
  const asking = status.kind === 'asking-to-replace' || status.kind === 'asking-about-zip';
  return (
    <div class="upload-area">
      <p class="visually-hidden" role="status">
        {announcement(uploader)}
      </p>
      {status.kind !== 'idle' && !asking && (
        <div class={`upload-bar ${status.kind}`}>
          <UploadText uploader={uploader} />
          {status.kind === 'reading' && <progress aria-label="Upload" />}
          {status.kind === 'storing' && (
            <progress aria-label="Upload" value={status.done} max={Math.max(1, status.total)} />
          )}
          <button
            type="button"
            class="button small"
            onClick={() => (busy ? uploader.cancel() : uploader.dismiss())}
          >
            {busy ? 'Stop' : 'Dismiss'}
          </button>
        </div>
      )}
    </div>
  );
}

/** Beginning and end only: every step would talk without a pause. */
function announcement(uploader: Uploader): string {
  const status = uploader.status.value;
  if (status.kind === 'done') return `${countFiles(status.count)} uploaded`;
  if (status.kind === 'failed') return status.message;
  return status.kind === 'reading' || status.kind === 'storing' ? 'Uploading' : '';
}

function UploadText({ uploader }: { readonly uploader: Uploader }) {
  const status = uploader.status.value;
  switch (status.kind) {
    case 'idle':
    case 'asking-to-replace':
    case 'asking-about-zip':
      return null;
    case 'reading':
      return <span>Reading folders…</span>;
    case 'storing':
      return (
        <span class="numbers">
          Uploading {countFiles(status.files)}: {formatBytes(status.done)} of{' '}
          {formatBytes(status.total)}
        </span>
      );
    case 'done':
      return (
        <span>
          {countFiles(status.count)} uploaded and live.
          {status.skipped.length > 0 && (
            <span class="upload-skipped" title={status.skipped.join('\n')}>
              {' '}
              Left out: {status.skipped.slice(0, 3).join(', ')}
              {status.skipped.length > 3 && ` and ${status.skipped.length - 3} more`}
            </span>
          )}
        </span>
      );
    case 'failed':
      return (
        <span>
          {status.message} {status.stored > 0 && `${countFiles(status.stored)} were stored before.`}
        </span>
      );
  }
}
