import { ArrowLeft, CaseSensitive, type IconNode, Regex, WholeWord, X } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../elements/icon.tsx';
import { countFiles } from '../../elements/wording.ts';
import { nameOfFolder } from '../names/folder-names.ts';
import type { FoundFile, SearchEnd } from './search-files.ts';
import type { SearchQuery } from './search-query.ts';
import type { SearchState, SearchStatus } from './search-state.ts';
import type { FoundLine } from './search-text.ts';

interface SearchPanelProps {
  readonly search: SearchState;
  /** Counts how often the search was asked for: each time the field gets the focus. */
  readonly asked: number;
  readonly project: boolean;
  readonly onOpen: (path: string, line: number) => void;
  readonly onClose: () => void;
}

/** Search in all files, in the place of their list. */
export function SearchPanel({ search, asked, project, onOpen, onClose }: SearchPanelProps) {
  const field = useRef<HTMLInputElement>(null);
  const { value: query } = search.query;
  const { value: status } = search.status;
  const { value: folder } = search.folder;
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [asked]);
  useEffect(() => () => search.stop(), [search]);

  function change(changed: Partial<SearchQuery>): void {
    search.query.value = { ...search.query.peek(), ...changed };
    search.searchSoon();
  }

  return (
    <section
      class="search-panel"
      aria-label="Search in all files"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div class="search-head">
        <button
          type="button"
          class="icon-button"
          aria-label="Back to the files"
          title="Back to the files"
          onClick={onClose}
        >
          <Icon node={ArrowLeft} />
        </button>
        <input
          ref={field}
          class="text-field filter"
          type="search"
          aria-label="Search for"
          placeholder="Search in all files"
          autocapitalize="none"
          spellcheck={false}
          value={query.text}
          onInput={(event) => change({ text: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void search.search();
          }}
        />
      </div>
      <div class="search-options">
        <Toggle
          label="Match case"
          node={CaseSensitive}
          on={query.matchCase}
          onToggle={(matchCase) => change({ matchCase })}
        />
        <Toggle
          label="Whole words"
          node={WholeWord}
          on={query.wholeWord}
          onToggle={(wholeWord) => change({ wholeWord })}
        />
        <Toggle
          label="Regular expression"
          node={Regex}
          on={query.regularExpression}
          onToggle={(regularExpression) => change({ regularExpression })}
        />
        {status.kind === 'searching' && (
          <button type="button" class="button small" onClick={() => search.stop()}>
            Stop
          </button>
        )}
      </div>
      {folder !== '' && (
        <p class="search-folder">
          In {nameOfFolder(folder, project)}
          <button
            type="button"
            class="icon-button"
            aria-label="Search everywhere"
            title="Search everywhere"
            onClick={() => {
              search.folder.value = '';
              void search.search();
            }}
          >
            <Icon node={X} size={14} />
          </button>
        </p>
      )}
      <p class={status.kind === 'failed' ? 'search-status wrong' : 'search-status'} role="status">
        {describe(status, search.results.value)}
      </p>
      {status.kind === 'searching' && (
        <progress aria-label="Search" value={status.searched} max={Math.max(1, status.total)} />
      )}
      <ul class="search-results">
        {search.results.value.map(({ file, lines }) => (
          <li key={file.path}>
            <h3 title={file.path}>
              <span>{file.name}</span>
              <span class="group-count">{lines.length}</span>
            </h3>
            <ul>
              {lines.map((line) => (
                <ResultLine
                  key={line.line}
                  name={file.name}
                  line={line}
                  onOpen={() => onOpen(file.path, line.line)}
                />
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ResultLineProps {
  readonly name: string;
  readonly line: FoundLine;
  readonly onOpen: () => void;
}

function ResultLine({ name, line, onOpen }: ResultLineProps) {
  let at = 0;
  const parts = line.ranges.flatMap(([start, end]) => {
    const between = line.text.slice(at, start);
    at = end;
    return [between, <mark key={start}>{line.text.slice(start, end)}</mark>];
  });
  return (
    <li>
      <button type="button" class="result-line" onClick={onOpen}>
        <span class="visually-hidden">{`${name}: `}</span>
        <span class="result-number">{line.line}</span>
        <span class="result-text">
          {parts}
          {line.text.slice(at)}
        </span>
      </button>
    </li>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly node: IconNode;
  readonly on: boolean;
  readonly onToggle: (on: boolean) => void;
}

function Toggle({ label, node, on, onToggle }: ToggleProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      aria-pressed={on}
      onClick={() => onToggle(!on)}
    >
      <Icon node={node} />
    </button>
  );
}

function describe(status: SearchStatus, results: readonly FoundFile[]): string {
  const lines = results.reduce((sum, { lines: found }) => sum + found.length, 0);
  const found = `${lines === 1 ? '1 line' : `${lines} lines`} in ${countFiles(results.length)}`;
  switch (status.kind) {
    case 'idle':
      return 'Type what to look for.';
    case 'searching':
      return lines > 0 ? `Searching… ${found} so far` : 'Searching…';
    case 'failed':
      return status.message;
    case 'stopped':
      return `Stopped. ${found}`;
    case 'done':
      return [lines === 0 ? 'Nothing found.' : `${found}.`, ...gapsOf(status.end)].join(' ');
  }
}

function gapsOf({ cut, notText, tooLarge, unreadable }: SearchEnd): string[] {
  return [
    cut ? 'There is more: make the search narrower.' : '',
    notText > 0 ? `Not searched: ${countFiles(notText)} without text.` : '',
    tooLarge > 0 ? `${countFiles(tooLarge)} of more than 5 MB not searched.` : '',
    unreadable > 0 ? `${countFiles(unreadable)} could not be read.` : '',
  ].filter(Boolean);
}
