import type { FileEntry } from '../host.ts';
import type { SaveStatus } from '../state/draft-saver.ts';

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

interface SaveLineProps {
  readonly status: SaveStatus;
  readonly fileStatus: FileEntry['status'];
}

/** Whether what stands in the editor is what visitors see. */
export function SaveLine({ status, fileStatus }: SaveLineProps) {
  const { text, tone } = describe(status, fileStatus);
  return (
    <span class={`save-line ${tone}`} role="status">
      {text}
    </span>
  );
}

function describe(status: SaveStatus, fileStatus: FileEntry['status']) {
  switch (status.kind) {
    case 'editing':
      return { text: 'Editing…', tone: 'draft' };
    case 'failed':
      return { text: `Not saved. ${status.message}`, tone: 'failed' };
    case 'live':
      return { text: `Live since ${TIME.format(status.at)}`, tone: 'live' };
    case 'draft-saved':
      return { text: `Draft saved ${TIME.format(status.at)}, not live`, tone: 'draft' };
    case 'idle':
      if (fileStatus === 'live') return { text: 'Live', tone: 'live' };
      return {
        text: fileStatus === 'new' ? 'Draft, not live yet' : 'Draft, not live',
        tone: 'draft',
      };
  }
}
