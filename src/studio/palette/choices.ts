import type { NamedFile } from '../files/names/file-path.ts';
import type { Command } from '../session/commands.ts';
import { fuzzyMatch } from './fuzzy.ts';

/** One line of a list to choose from. */
export interface Choice {
  readonly id: string;
  readonly title: string;
  /** Indices of the title's letters that were looked for. */
  readonly matched: readonly number[];
  /** Quiet, behind the title. */
  readonly note: string | undefined;
  readonly keys: string | undefined;
  readonly run: () => void;
}

/** In which order commands are listed that match alike. */
const GROUPS: readonly Command['group'][] = [
  'Go to',
  'Files',
  'Editor',
  'Result',
  'Database',
  'Server',
  'Help',
];

/** How many are drawn: who does not find it among these types another letter. */
export const MAX_CHOICES = 60;

/**
 * The commands that match what is typed, the best first; without any text the ones used last come first.
 * @param recent ids, the latest first
 */
export function chooseCommands(
  commands: readonly Command[],
  query: string,
  recent: readonly string[],
): readonly Choice[] {
  const rank = ({ id, group }: Command) => {
    const at = recent.indexOf(id);
    return at < 0 ? recent.length + GROUPS.indexOf(group) : at;
  };
  const offered = commands.filter(({ enabled }) => enabled?.() ?? true);
  // The sort is stable: what matches alike stays in this order.
  const ordered = [...offered].sort((one, other) => rank(one) - rank(other));
  return best(
    ordered,
    query,
    ({ title }) => title,
    (command, matched) => ({
      id: command.id,
      title: command.title,
      matched,
      note: command.group,
      keys: command.keys,
      run: command.run,
    }),
  );
}

/**
 * The files that match what is typed. `name:12` means a line.
 * @param open called with path and line of the one that is chosen
 */
export function chooseFiles(
  files: readonly NamedFile[],
  query: string,
  open: (path: string, line: number | undefined) => void,
): readonly Choice[] {
  const [, text = '', digits] = /^(.*?)(?::(\d{0,7}))?$/s.exec(query) ?? [];
  const line = digits ? Number(digits) : undefined;
  return best(
    files,
    text,
    ({ path }) => path,
    ({ path }, matched) => ({
      id: path,
      title: path,
      matched,
      note: line === undefined ? undefined : `line ${line}`,
      keys: undefined,
      run: () => open(path, line),
    }),
  );
}

function best<T>(
  all: readonly T[],
  query: string,
  textOf: (item: T) => string,
  choice: (item: T, matched: readonly number[]) => Choice,
): readonly Choice[] {
  return all
    .flatMap((item) => {
      const match = fuzzyMatch(query, textOf(item));
      return match ? [{ item, match }] : [];
    })
    .sort((one, other) => other.match.score - one.match.score)
    .slice(0, MAX_CHOICES)
    .map(({ item, match }) => choice(item, match.positions));
}
