import type { FileEntry, SiteLogEntry } from '../host.ts';
import type { SaveStatus } from './draft-saver.ts';

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

interface SaveLineProps {
  readonly status: SaveStatus;
  readonly fileStatus: FileEntry['status'];
  /** What keeps the code that is live from running. */
  readonly error: SiteLogEntry | undefined;
}

/** Whether what stands in the editor is what visitors see. */
export function SaveLine({ status, fileStatus, error }: SaveLineProps) {
  const { text, tone } = describe(status, fileStatus, error);
  return (
    <span class={`save-line ${tone}`} role="status" title={text}>
      {text}
    </span>
  );
}

function describe(
  status: SaveStatus,
  fileStatus: FileEntry['status'],
  error: SiteLogEntry | undefined,
) {
  switch (status.kind) {
    case 'editing':
      return { text: 'Editing…', tone: 'draft' };
    case 'failed':
      return { text: `Not saved. ${status.message}`, tone: 'failed' };
    case 'live':
      if (error) return { text: `Saved, with ${describeError(error)}`, tone: 'failed' };
      return { text: `Live since ${TIME.format(status.at)}`, tone: 'live' };
    case 'draft-saved':
      // Made live in another way since, such as with all files.
      if (fileStatus === 'live') return { text: 'Live', tone: 'live' };
      return { text: `Draft saved, not live (${TIME.format(status.at)})`, tone: 'draft' };
    case 'idle':
      if (fileStatus === 'live' && error) {
        return { text: `Live, with ${describeError(error)}`, tone: 'failed' };
      }
      if (fileStatus === 'live') return { text: 'Live', tone: 'live' };
      return {
        text: fileStatus === 'new' ? 'Draft, not live yet' : 'Draft, not live',
        tone: 'draft',
      };
  }
}

function describeError({ place, text }: SiteLogEntry): string {
  return `an error${place?.line === undefined ? '' : ` in line ${place.line}`}: ${text}`;
}
