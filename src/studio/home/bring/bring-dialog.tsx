import type { SiteName } from '../../../address/site-name.ts';
import type { StudioConfig } from '../../config.ts';
import { Dialog } from '../../elements/dialog.tsx';
import { countFiles, formatBytes } from '../../elements/wording.ts';
import { NameDialog } from '../../servers/name-dialog.tsx';
import type { BringState } from './bring-state.ts';
import type { FoundSite } from './found-site.ts';

interface BringDialogProps {
  readonly state: BringState;
  readonly config: StudioConfig;
  readonly isOwn: (name: SiteName) => boolean;
  readonly onCreated: (name: SiteName) => void;
}

/** Skipped paths that are named; the others are counted. */
const NAMED = 3;

/** What was found in a folder or zip, and the question what its server shall be called. */
export function BringDialog({ state, config, isOwn, onCreated }: BringDialogProps) {
  const step = state.step.value;
  switch (step.kind) {
    case 'idle':
      return null;
    case 'looking':
      return (
        <Dialog title="Looking into it" onClose={state.dismiss}>
          <p role="status">Reading what you brought…</p>
          <progress aria-label="Reading" />
          <Row onClose={state.dismiss} label="Cancel" />
        </Dialog>
      );
    case 'failed':
      return (
        <Dialog title="This cannot become a server" onClose={state.dismiss}>
          <p role="alert">{step.message}</p>
          <Row onClose={state.dismiss} label="Close" />
        </Dialog>
      );
    case 'found':
      return (
        <NameDialog
          title={`A server of ${step.site.title}`}
          label="Name of the new server"
          initial={step.site.name}
          action="Create server"
          doing="Storing files…"
          sitesDomain={config.deployment.sitesDomain}
          isOwn={isOwn}
          run={async (name, options) => {
            const { createServer } = await import('../../host.ts');
            const { content } = step.site;
            return createServer({ name, content, signalUrl: config.signalUrl, ...options });
          }}
          onDone={(name) => {
            // It may be ready after the dialog was closed, when something else was brought.
            if (state.step.value === step) state.dismiss();
            onCreated(name);
          }}
          onClose={state.dismiss}
        >
          <Summary site={step.site} />
        </NameDialog>
      );
  }
}

function Summary({ site }: { readonly site: FoundSite }) {
  const { files, bytes, project, database, skipped } = site;
  return (
    <ul class="found">
      <li class="numbers">
        {countFiles(files)}, {formatBytes(bytes)}
      </li>
      <li>
        {project
          ? 'A project: its own code answers requests'
          : 'A static site: every file is served as it is'}
      </li>
      {database && <li>With its database</li>}
      {skipped.length > 0 && (
        <li>
          Left out: {skipped.slice(0, NAMED).join(', ')}
          {skipped.length > NAMED && ` and ${skipped.length - NAMED} more`}
        </li>
      )}
    </ul>
  );
}

function Row({ label, onClose }: { readonly label: string; readonly onClose: () => void }) {
  return (
    <div class="button-row end">
      <button type="button" class="button" onClick={onClose}>
        {label}
      </button>
    </div>
  );
}
