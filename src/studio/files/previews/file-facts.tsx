import { Download } from 'lucide';
import { Icon } from '../../elements/icon.tsx';
import { saveFile } from '../../elements/save-file.ts';
import { formatBytes } from '../../elements/wording.ts';
import type { ContentProps } from './preview-props.ts';

interface FileFactsProps extends ContentProps {
  /** Why no more is shown. */
  readonly note?: string;
}

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** What can be said of a file that cannot be shown. */
export function FileFacts({
  content,
  file,
  note = 'There is no preview of this kind of file.',
}: FileFactsProps) {
  const base = file.path.slice(file.path.lastIndexOf('/') + 1);
  return (
    <div class="facts-preview">
      <p class="empty-note">{note}</p>
      <dl>
        <dt>Type</dt>
        <dd>{file.type || 'unknown'}</dd>
        <dt>Size</dt>
        <dd class="numbers">{formatBytes(file.size)}</dd>
        <dt>Changed</dt>
        <dd class="numbers">{TIME.format(file.modified)}</dd>
      </dl>
      <button type="button" class="button" onClick={() => saveFile(base, content)}>
        <Icon node={Download} size={16} />
        Download
      </button>
    </div>
  );
}
