import {
  ChevronRight,
  Database,
  Ellipsis,
  File,
  FileBraces,
  FileCode,
  FileMusic,
  FilePlay,
  FileText,
  Folder,
  FolderOpen,
  type IconNode,
  Image,
  Plus,
  Type,
} from 'lucide';
import { Icon } from '../../elements/icon.tsx';
import { isSvg, kindOfFile } from '../names/file-kind.ts';
import type { NamedFile } from '../names/file-path.ts';
import { addressOfRoute, type FileGroup } from './file-groups.ts';
import { isStored, type TreeRow } from './file-tree.ts';

/** What a row can be asked for. */
export interface RowEvents {
  onClick(row: TreeRow, event: MouseEvent): void;
  onMenu(row: TreeRow, event: MouseEvent): void;
  onCreate(group: FileGroup): void;
  onDragStart(row: TreeRow, event: DragEvent): void;
}

interface FileRowProps {
  readonly row: TreeRow;
  /** Tab leads to this one. */
  readonly current: boolean;
  /** The file that the editor shows. */
  readonly open: boolean;
  /** Chosen, one of several; undefined while nothing is. */
  readonly chosen: boolean | undefined;
  /** What is dragged would go here. */
  readonly target: boolean;
  readonly events: RowEvents;
}

const MARKS: Record<NamedFile['status'], string> = {
  live: '',
  changed: 'Changed since it was made live',
  new: 'Not live yet',
};

/** One line of the list: a button that opens or folds, and one for all else that can be done. */
export function FileRow({ row, events, ...state }: FileRowProps) {
  switch (row.kind) {
    case 'group':
      return <GroupRow row={row} events={events} {...state} />;
    case 'hint':
      return <p class="group-hint">{row.group.hint}</p>;
    case 'database-link':
      return (
        <button type="button" {...common(row, state, events)} class="file-button link-row">
          <Icon node={Database} size={16} />
          <span class="file-base">Tables and queries</span>
        </button>
      );
    case 'folder':
      return <FolderRow row={row} events={events} {...state} />;
    case 'file':
      return <FileLine row={row} events={events} {...state} />;
  }
}

type RowOf<Kind extends TreeRow['kind']> = FileRowProps & {
  readonly row: Extract<TreeRow, { kind: Kind }>;
};

function GroupRow({ row, events, ...state }: RowOf<'group'>) {
  const { group, root } = row.node;
  return (
    <div class={state.target ? 'group-row drop-target' : 'group-row'}>
      <button
        type="button"
        {...common(row, state, events)}
        class="group-button"
        aria-expanded={row.open}
      >
        <Icon node={ChevronRight} size={14} />
        <span class="group-title">{group.title}</span>
        {root.count > 0 && <span class="group-count">{root.count}</span>}
      </button>
      <button
        type="button"
        class="row-button"
        tabIndex={state.current ? 0 : -1}
        aria-label={group.createLabel}
        title={group.createLabel}
        onClick={() => events.onCreate(group)}
      >
        <Icon node={Plus} size={16} />
      </button>
    </div>
  );
}

function FolderRow({ row, events, ...state }: RowOf<'folder'>) {
  return (
    <div class={lineClass(state)} style={indent(row.depth)}>
      <button
        type="button"
        {...common(row, state, events)}
        class="file-button"
        draggable={isStored(row)}
        onDragStart={(event) => events.onDragStart(row, event)}
        aria-label={`Folder ${row.node.name}`}
        aria-expanded={row.open}
        aria-pressed={state.chosen}
        title={row.node.path}
      >
        <Icon node={row.open ? FolderOpen : Folder} size={16} />
        <span class="file-base">{row.node.name}</span>
        {!row.open && <span class="group-count">{row.node.count}</span>}
      </button>
      <MoreButton row={row} name={`folder ${row.node.name}`} state={state} events={events} />
    </div>
  );
}

function FileLine({ row, events, ...state }: RowOf<'file'>) {
  const { file, base } = row;
  const mark = MARKS[file.status];
  const address = addressOfRoute(file.path);
  const settings = file.path === 'peerserver.json' && 'The settings of the site';
  const notes = [address && `Answers ${address}`, settings, mark].filter(Boolean).join('. ');
  return (
    <div class={lineClass(state)} style={indent(row.depth)}>
      <button
        type="button"
        {...common(row, state, events)}
        class="file-button"
        draggable
        onDragStart={(event) => events.onDragStart(row, event)}
        data-file={file.path}
        aria-label={file.name}
        aria-current={state.open ? 'true' : undefined}
        aria-pressed={state.chosen}
        aria-description={notes || undefined}
        title={mark ? `${file.path} (${mark.toLowerCase()})` : file.path}
      >
        <Icon node={iconOf(file)} size={16} />
        <span class="file-base">{base}</span>
        {address !== undefined && <span class="file-note" data-note={address} />}
        {settings && <span class="file-note" data-note="settings" />}
        {file.status !== 'live' && (
          <span class="file-mark" data-note={file.status === 'new' ? 'new' : 'draft'} />
        )}
      </button>
      <MoreButton row={row} name={file.name} state={state} events={events} />
    </div>
  );
}

interface RowState {
  readonly current: boolean;
  readonly open: boolean;
  readonly chosen: boolean | undefined;
  readonly target: boolean;
}

interface MoreButtonProps {
  readonly row: TreeRow;
  readonly name: string;
  readonly state: RowState;
  readonly events: RowEvents;
}

function MoreButton({ row, name, state, events }: MoreButtonProps) {
  return (
    <button
      type="button"
      class="row-button"
      tabIndex={state.current ? 0 : -1}
      aria-label={`Actions for ${name}`}
      aria-haspopup="menu"
      onClick={(event) => events.onMenu(row, event)}
    >
      <Icon node={Ellipsis} size={16} />
    </button>
  );
}

/** What every row's main button has. */
function common(row: TreeRow, state: RowState, events: RowEvents) {
  return {
    'data-key': row.key,
    tabIndex: state.current ? 0 : -1,
    onClick: (event: MouseEvent) => events.onClick(row, event),
  };
}

function lineClass({ chosen, target }: RowState): string {
  return ['file-line', chosen && 'chosen', target && 'drop-target'].filter(Boolean).join(' ');
}

function indent(depth: number) {
  return { '--depth': depth };
}

function iconOf({ path, type }: NamedFile): IconNode {
  switch (kindOfFile(path, type)) {
    case 'image':
      return Image;
    case 'audio':
      return FileMusic;
    case 'video':
      return FilePlay;
    case 'font':
      return Type;
    case 'text':
      if (isSvg(path)) return Image;
      if (/\.(json5?|map|webmanifest)$/i.test(path)) return FileBraces;
      return /\.(md|markdown|txt|csv|tsv)$/i.test(path) ? FileText : FileCode;
    default:
      return File;
  }
}
