import { useMemo } from 'preact/hooks';
import { mendName, type SiteName } from '../../address/site-name.ts';
import type { StudioConfig } from '../config.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { NameDialog } from './name-dialog.tsx';
import { createServerOperations } from './server-operations.ts';

/** What somebody wants to do with a server. */
export interface ServerRequest {
  readonly kind: 'rename' | 'duplicate' | 'export' | 'delete';
  readonly name: SiteName;
  /** What the server holds, if that is known: a confirmation says what would be lost. */
  readonly contents?: string;
}

/** What came of it. */
export type ServerOutcome =
  /** Also of a copy: `name` is the other name, `from` the server that it was made of. */
  | { readonly kind: 'renamed' | 'duplicated'; readonly from: SiteName; readonly name: SiteName }
  | { readonly kind: 'exported' | 'deleted'; readonly name: SiteName };

interface ServerDialogProps {
  readonly request: ServerRequest;
  readonly config: StudioConfig;
  /** Whether a server of this browser has the name. */
  readonly isOwn: (name: SiteName) => boolean;
  /**
   * Called once, when it was done. `onClose` is not called then; but if somebody has closed the dialog when it was
   * too late to stop, it was called before.
   */
  readonly onDone: (outcome: ServerOutcome) => void;
  readonly onClose: () => void;
}

/**
 * The dialog for one of the things that can be done with a server: rename, duplicate, export, delete. The
 * home page and the server tab's menu show it; it does the work and says what came of it.
 */
export function ServerDialog({ request, config, isOwn, onDone, onClose }: ServerDialogProps) {
  const operations = useMemo(() => createServerOperations(config.signalUrl), [config]);
  const { kind, name } = request;
  const shared = { sitesDomain: config.deployment.sitesDomain, isOwn, onClose };
  switch (kind) {
    case 'rename':
      return (
        <NameDialog
          {...shared}
          title={`Rename ${name}`}
          label="New name"
          initial={name}
          action="Rename"
          doing="Renaming…"
          run={(next, options) => operations.rename(name, next, options)}
          onDone={(next) => onDone({ kind: 'renamed', from: name, name: next })}
        >
          <p>
            Its address changes with its name: whoever has the old address no longer finds the site
            there.
          </p>
        </NameDialog>
      );
    case 'duplicate':
      return (
        <NameDialog
          {...shared}
          title={`Duplicate ${name}`}
          label="Name of the copy"
          initial={mendName(`${name.slice(0, 58)}-copy`) ?? ''}
          action="Duplicate"
          doing="Copying…"
          run={(next, options) => operations.duplicate(name, next, options)}
          onDone={(next) => onDone({ kind: 'duplicated', from: name, name: next })}
        >
          <p>The copy has the same files, drafts and data. From then on, each goes its own way.</p>
        </NameDialog>
      );
    case 'export':
      return (
        <ExportDialog
          name={name}
          run={(options) => operations.export(name, options)}
          onDone={() => onDone({ kind: 'exported', name })}
          onClose={onClose}
        />
      );
    case 'delete':
      return (
        <DeleteDialog
          name={name}
          contents={request.contents}
          run={(options) => operations.delete(name, options)}
          onDone={() => onDone({ kind: 'deleted', name })}
          onClose={onClose}
        />
      );
  }
}
