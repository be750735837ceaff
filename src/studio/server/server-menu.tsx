import {
  ArchiveRestore,
  Copy,
  Download,
  House,
  type IconNode,
  Pause,
  PencilLine,
  Play,
  Trash2,
} from 'lucide';
import { useMemo, useRef, useState } from 'preact/hooks';
import { Menu } from '../elements/menu.tsx';
import { listServers } from '../host.ts';
import { ServerDialog, type ServerOutcome, type ServerRequest } from '../servers/server-dialog.tsx';
import { createServerList } from '../servers/server-records.ts';
import { useCommands, useStudio } from '../session/studio.ts';
import { ImportDialog } from './import-dialog.tsx';

/** One thing that can be done with the server, in the menu and in the palette. */
interface ServerAction {
  readonly id: string;
  readonly title: string;
  readonly icon: IconNode;
  readonly apart?: boolean;
  readonly danger?: boolean;
  readonly run: () => void;
}

/** What can be done with the server as a whole. @param props.short three dots for a button */
export function ServerMenu({ short }: { readonly short: boolean }) {
  const { session, config, toaster } = useStudio();
  const [request, setRequest] = useState<ServerRequest['kind']>();
  const [archive, setArchive] = useState<File>();
  const servers = useMemo(() => createServerList(listServers), []);
  const chooser = useRef<HTMLInputElement>(null);
  const paused = session.paused.value;

  const actions = useMemo(() => {
    const ask = (kind: ServerRequest['kind']) => () => {
      setRequest(kind);
      void servers.refresh();
    };
    const pause: ServerAction = paused
      ? {
          id: 'server.resume',
          title: 'Resume serving',
          icon: Play,
          run: () => session.resume(),
        }
      : {
          id: 'server.pause',
          title: 'Pause serving',
          icon: Pause,
          run: () => session.pause(),
        };
    const rest: readonly ServerAction[] = [
      {
        id: 'server.export',
        title: 'Export as zip…',
        icon: Download,
        apart: true,
        run: ask('export'),
      },
      {
        id: 'server.import',
        title: 'Import a zip…',
        icon: ArchiveRestore,
        run: () => chooser.current?.click(),
      },
      { id: 'server.rename', title: 'Rename…', icon: PencilLine, apart: true, run: ask('rename') },
      { id: 'server.duplicate', title: 'Duplicate…', icon: Copy, run: ask('duplicate') },
      {
        id: 'server.all',
        title: 'Back to all servers',
        icon: House,
        apart: true,
        run: () => location.assign('/'),
      },
      { id: 'server.delete', title: 'Delete…', icon: Trash2, danger: true, run: ask('delete') },
    ];
    return [pause, ...rest];
  }, [session, servers, paused]);
  useCommands(
    () => actions.map(({ id, title, run }) => ({ id, title: named(title), group: 'Server', run })),
    [actions],
  );

  function done(outcome: ServerOutcome): void {
    // It may be told after its dialog was closed, when there is another one.
    setRequest((now) => (now === request ? undefined : now));
    switch (outcome.kind) {
      case 'renamed':
        location.assign(`/server/${outcome.name}`);
        break;
      case 'deleted':
        location.assign('/');
        break;
      case 'duplicated':
        toaster.show({
          message: `${outcome.name} is a copy of ${outcome.from}.`,
          action: {
            label: 'Open it',
            run: () => window.open(`/server/${outcome.name}`, '_blank', 'noopener'),
          },
        });
        break;
      case 'exported':
        toaster.show({ message: `${outcome.name}.zip is saved.` });
        break;
    }
  }

  return (
    <>
      <Menu
        label="Server"
        {...(short ? {} : { text: 'Server' })}
        items={actions.map(({ title, icon, apart = false, danger = false, run }) => ({
          label: title,
          icon,
          apart,
          danger,
          run,
        }))}
      />
      <input
        ref={chooser}
        type="file"
        accept=".zip,application/zip"
        hidden
        aria-label="Zip to import"
        onChange={(event) => {
          setArchive(event.currentTarget.files?.[0]);
          // Emptied, so that choosing the same file again is a change again.
          event.currentTarget.value = '';
        }}
      />
      {request && (
        <ServerDialog
          request={{ kind: request, name: session.name }}
          config={config}
          isOwn={servers.has}
          onDone={done}
          onClose={() => setRequest(undefined)}
        />
      )}
      {archive && (
        <ImportDialog
          archive={archive}
          // It may come to its end after it was closed, when there is another one.
          onClose={() => setArchive((now) => (now === archive ? undefined : now))}
        />
      )}
    </>
  );
}

/** In the palette a title stands without the menu around it: `Rename…` becomes `Rename server…`. */
function named(title: string): string {
  return title.replace(/^(Rename|Duplicate|Delete)…$/, '$1 server…');
}
