import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { siteOrigin } from '../../address/address.ts';
import { systemClock } from '../../protocol/clock.ts';
import { isProject } from '../files/names/file-names.ts';
import { useCommands, useStudio } from '../session/studio.ts';
import { createPreview, type Preview } from './preview.ts';
import { PreviewFrame } from './preview-frame.tsx';
import { ResultBar } from './result-bar.tsx';
import { keepPreviewWidth, type PreviewWidth, readPreviewWidth } from './result-settings.ts';

/** The site as visitors see it, beside the editor; it follows what is saved. Folded, it loads nothing. */
export function ResultArea() {
  const { session, server, config, areas } = useStudio();
  const origin = siteOrigin(session.name, config.deployment);
  const preview = useMemo(
    () =>
      createPreview({
        origin,
        clock: systemClock,
        hostKey: server.publicKey,
        onVisitor: session.markOwn,
      }),
    [origin, session, server],
  );
  const [width, setWidth] = useState<PreviewWidth>(() => readPreviewWidth(localStorage));
  useFollowing(preview);
  useCommands(
    () => [
      {
        id: 'result.reload',
        title: 'Reload the result',
        group: 'Result',
        enabled: () => areas.shown.peek().has('result'),
        run: () => preview.reload(),
      },
      {
        id: 'result.tab',
        title: 'Open this page in a tab',
        group: 'Result',
        run: () => window.open(origin + preview.path.peek(), '_blank', 'noopener'),
      },
    ],
    [preview],
  );

  function choose(next: PreviewWidth): void {
    setWidth(next);
    keepPreviewWidth(localStorage, next);
  }

  if (!areas.shown.value.has('result')) return null;
  return (
    <section class="result" aria-label="Result">
      <ResultBar preview={preview} origin={origin} width={width} onWidth={choose} />
      <ResultBody preview={preview} origin={origin} width={width} />
    </section>
  );
}

interface ResultBodyProps {
  readonly preview: Preview;
  readonly origin: string;
  readonly width: PreviewWidth;
}

/** The preview, or why there is none. */
function ResultBody({ preview, origin, width }: ResultBodyProps) {
  const { session } = useStudio();
  const state = preview.state.value;
  const isOnline = session.connection.value.kind === 'online';
  // Nobody could be reached before; later the frame has a connection of its own.
  const wasOnline = useRef(false);
  if (isOnline) wasOnline.current = true;

  if (session.problem.value) {
    return (
      <div class="result-note">
        <p>There is nothing to show while the site is not served from this tab.</p>
      </div>
    );
  }
  if (!wasOnline.current) {
    return (
      <div class="result-note" aria-busy="true">
        <p>The preview appears when the server is online.</p>
      </div>
    );
  }
  if (state.kind === 'failed') {
    return (
      <div class="result-note" role="alert">
        <h3>The preview cannot be shown here</h3>
        <p>
          {state.message ??
            'The frame does not answer. Some browsers keep frames away from the storage that visiting a site needs.'}
        </p>
        <div class="button-row">
          <a
            class="button primary"
            href={origin + preview.path.value}
            target="_blank"
            rel="noopener"
          >
            Open it in a tab
          </a>
          <button type="button" class="button" onClick={() => preview.retry()}>
            Try again
          </button>
        </div>
      </div>
    );
  }
  const { src, attempt } = preview.frame.value;
  return (
    <PreviewFrame
      key={attempt}
      preview={preview}
      src={src}
      width={width}
      label={`Preview of ${session.name}`}
    />
  );
}

/** Tells the preview what is saved, and when the site is paused. */
function useFollowing(preview: Preview): void {
  const { store, session } = useStudio();
  useEffect(
    () =>
      store.subscribe(({ live }) => {
        if (live.length === 0) return;
        preview.published(live, isProject(store.list().map(({ path }) => path)));
      }),
    [store, preview],
  );
  const paused = session.paused.value;
  const known = useRef(paused);
  useEffect(() => {
    if (known.current === paused) return;
    known.current = paused;
    preview.reload();
  }, [paused, preview]);
}
