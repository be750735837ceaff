import { computed, type ReadonlySignal, signal } from '@preact/signals';

/** What lies side by side in the server tab, and the log below. */
export const AREAS = ['files', 'editor', 'result', 'log'] as const;
export type Area = (typeof AREAS)[number];

/** How many areas have room: all, the editor and one beside it, or one at a time. */
export type Room = 'wide' | 'medium' | 'phone';

/** A size that can be changed, with its bounds. */
export interface Size {
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

/** Width of the files, CSS pixels. The least shows a name of some letters, the most is never needed. */
export const FILES_WIDTH: Size = { min: 180, max: 480, initial: 272 };
/** Share of the result in what the files leave, percent: the editor and a page keep a usable width. */
export const RESULT_SHARE: Size = { min: 20, max: 80, initial: 45 };

/** Which areas are shown, and how large; the same for all servers of this browser. */
export interface Areas {
  readonly room: ReadonlySignal<Room>;
  readonly shown: ReadonlySignal<ReadonlySet<Area>>;
  readonly filesWidth: ReadonlySignal<number>;
  readonly resultShare: ReadonlySignal<number>;
  /** Makes an area visible; on a phone in place of the one that was. */
  show(area: Area): void;
  /** Folds an area that is shown, else shows it. The editor folds never. */
  toggle(area: Area): void;
  /** @param width CSS pixels; kept within `FILES_WIDTH` */
  resizeFiles(width: number): void;
  /** @param share percent; kept within `RESULT_SHARE` */
  resizeResult(share: number): void;
}

/** Where the areas' state is kept between visits. */
export const AREAS_KEY = 'peerserver-areas';

/** What is kept between visits. */
interface Kept {
  readonly files: boolean;
  readonly result: boolean;
  readonly filesWidth: number;
  readonly resultShare: number;
}

/**
 * Takes up the areas as they were left.
 * @param room how much has room in the window now
 */
export function createAreas(
  storage: Pick<Storage, 'getItem' | 'setItem'>,
  room: ReadonlySignal<Room>,
): Areas {
  const kept = signal(readKept(storage));
  /** Where only one has room beside the editor. */
  const beside = signal<'files' | 'result' | undefined>('files');
  /** Where there is room for one only. */
  const one = signal<Area>('files');
  const log = signal(false);

  const shown = computed<ReadonlySet<Area>>(() => {
    if (room.value === 'phone') return new Set([one.value]);
    const set = new Set<Area>(['editor']);
    if (room.value === 'medium' && beside.value) set.add(beside.value);
    if (room.value === 'wide' && kept.value.files) set.add('files');
    if (room.value === 'wide' && kept.value.result) set.add('result');
    if (log.value) set.add('log');
    return set;
  });

  function keep(changed: Partial<Kept>): void {
    kept.value = { ...kept.value, ...changed };
    try {
      storage.setItem(AREAS_KEY, JSON.stringify(kept.value));
    } catch {
      // Without storage, or with a full one, the areas are as they are for this visit only.
    }
  }

  function set(area: Area, visible: boolean): void {
    if (room.peek() === 'phone') {
      // What is hidden gives its place to the editor.
      one.value = visible ? area : 'editor';
    } else if (area === 'log') {
      log.value = visible;
    } else if (area === 'files' || area === 'result') {
      if (room.peek() === 'wide') keep({ [area]: visible });
      else beside.value = visible ? area : undefined;
    }
  }

  return {
    room,
    shown,
    filesWidth: computed(() => kept.value.filesWidth),
    resultShare: computed(() => kept.value.resultShare),
    show: (area) => set(area, true),
    toggle: (area) => set(area, !shown.peek().has(area)),
    resizeFiles: (width) => keep({ filesWidth: within(FILES_WIDTH, width) }),
    resizeResult: (share) => keep({ resultShare: within(RESULT_SHARE, share) }),
  };
}

/** The nearest allowed whole number. */
function within({ min, max }: Size, value: number): number {
  return Math.round(Math.min(max, Math.max(min, value)));
}

function readKept(storage: Pick<Storage, 'getItem'>): Kept {
  let json: unknown;
  try {
    json = JSON.parse(storage.getItem(AREAS_KEY) ?? '{}');
  } catch {
    // Nothing that can be read: as on a first visit.
  }
  const { files, result, filesWidth, resultShare } = (
    typeof json === 'object' && json !== null ? json : {}
  ) as Record<string, unknown>;
  return {
    files: files !== false,
    result: result !== false,
    filesWidth: readSize(FILES_WIDTH, filesWidth),
    resultShare: readSize(RESULT_SHARE, resultShare),
  };
}

function readSize(size: Size, value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? within(size, value) : size.initial;
}
