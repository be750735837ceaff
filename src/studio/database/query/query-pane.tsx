import { useSignalEffect } from '@preact/signals';
import { History, Play, Square } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { asPeerServerError } from '../../../protocol/errors.ts';
import { Icon } from '../../elements/icon.tsx';
import type { DatabaseState } from '../database-state.ts';
import type { Table } from '../schema/schema.ts';
import type { QueryEditor } from './query-editor.ts';
import { QueryHistoryList } from './query-history-list.tsx';
import { QueryResults } from './query-results.tsx';
import { failureRange } from './query-runner.ts';

interface QueryPaneProps {
  readonly state: DatabaseState;
  readonly tables: readonly Table[];
}

/** Runs what a person writes in SQL, and shows what came of it. */
export function QueryPane({ state, tables }: QueryPaneProps) {
  const { runner, history } = state;
  const parent = useRef<HTMLDivElement>(null);
  const editor = useRef<QueryEditor>(undefined);
  /** Where the text that runs begins in the editor: a part of it can be run alone. */
  const start = useRef(0);
  const latestTables = useRef(tables);
  latestTables.current = tables;
  const [problem, setProblem] = useState<string>();
  const [remembering, setRemembering] = useState(false);

  function run(): void {
    const { current } = editor;
    if (!current) return;
    const part = current.selection();
    start.current = part?.from ?? 0;
    current.mark(undefined);
    void runner.run(part?.text ?? current.text());
  }

  useEffect(() => {
    const ending = new AbortController();
    async function load(): Promise<void> {
      const { createQueryEditor } = await import('./query-editor.ts');
      if (ending.signal.aborted || !parent.current) return;
      editor.current = createQueryEditor({
        parent: parent.current,
        text: history.draft(),
        tables: latestTables.current,
        onChange: (text) => history.keepDraft(text),
        onRun: run,
      });
      editor.current.focus();
    }
    load().catch((thrown: unknown) => {
      setProblem(asPeerServerError(thrown, 'storage-failed').message);
    });
    return () => {
      ending.abort();
      editor.current?.destroy();
      editor.current = undefined;
    };
  }, [history, runner]);
  useEffect(() => editor.current?.setTables(tables), [tables]);
  useSignalEffect(() => {
    const { value: now } = runner.state;
    const failure = now.kind === 'done' ? now.report.failure : undefined;
    if (now.kind !== 'done' || !failure) return;
    const { from, to } = failureRange(now.sql, failure);
    editor.current?.mark({
      from: start.current + from,
      to: start.current + to,
      message: failure.message,
    });
  });

  const running = runner.state.value.kind === 'running';
  return (
    <section class="db-pane" aria-label="Query">
      <header class="db-pane-head">
        <h2>Query</h2>
        <div class="button-row">
          <button
            type="button"
            class="button small"
            aria-expanded={remembering}
            onClick={() => setRemembering(!remembering)}
          >
            <Icon node={History} size={15} />
            History
          </button>
          {running ? (
            <button type="button" class="button small" onClick={() => runner.stop()}>
              <Icon node={Square} size={15} />
              Stop
            </button>
          ) : (
            <button
              type="button"
              class="button small primary"
              title="Ctrl-Enter or ⌘-Enter; of a selection only that is run"
              onClick={run}
            >
              <Icon node={Play} size={15} />
              Run
            </button>
          )}
        </div>
      </header>
      {problem && (
        <p class="notice danger" role="alert">
          {problem}
        </p>
      )}
      {remembering && (
        <QueryHistoryList
          history={history}
          onChoose={(sql) => {
            setRemembering(false);
            editor.current?.setText(sql);
          }}
        />
      )}
      <div class="db-editor" ref={parent} />
      <QueryResults runner={runner} connection={state.connection} />
    </section>
  );
}
