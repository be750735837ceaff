import { useEffect, useState } from 'preact/hooks';
import type { LearnPage as Page } from '../../address/address.ts';
import { PageFoot, PageHead } from '../elements/page-frame.tsx';
import { usePageTitle } from '../elements/page-title.ts';
import { LearnLinks } from './learn-links.tsx';
import { Article } from './markdown/article.tsx';
import { LEARN_TEXTS } from './pages.ts';

interface LearnPageProps {
  readonly page: Page;
  readonly version: string;
}

/** One of the pages to learn from. */
export function LearnPage({ page, version }: LearnPageProps) {
  usePageTitle(page === 'index' ? 'Learn' : LEARN_TEXTS[page].title);
  return (
    <div class="home learn">
      <PageHead current={page === 'inner-workings' ? page : 'learn'} />
      <main class="learn-main">{page === 'index' ? <Index /> : <Text page={page} />}</main>
      <PageFoot version={version} />
    </div>
  );
}

function Index() {
  return (
    <>
      <h1>Learn</h1>
      <p class="lead">
        From your first page to a site with a database, and how a tab can be a server at all.
      </p>
      <LearnLinks all />
    </>
  );
}

type Loading =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly text: string }
  | { readonly kind: 'failed' };

function Text({ page }: { readonly page: Exclude<Page, 'index'> }) {
  const [state, setState] = useState<Loading>({ kind: 'loading' });
  useEffect(() => {
    let current = true;
    const set = (next: Loading) => {
      if (current) setState(next);
    };
    LEARN_TEXTS[page].load().then(
      ({ default: text }) => set({ kind: 'loaded', text }),
      // The network is gone, or a newer version has other files: a reload helps with both.
      () => set({ kind: 'failed' }),
    );
    return () => {
      current = false;
    };
  }, [page]);
  useEffect(() => {
    if (state.kind === 'loaded') showHash();
  }, [state.kind]);

  switch (state.kind) {
    case 'loading':
      return <p class="learn-waiting" role="status" aria-label="Loading" />;
    case 'failed':
      return (
        <div role="alert">
          <p>This page could not be loaded.</p>
          <button type="button" class="button" onClick={() => location.reload()}>
            Try again
          </button>
        </div>
      );
    case 'loaded':
      return (
        <>
          <Article text={state.text} />
          <aside class="learn-more" aria-labelledby="learn-more-title">
            <h2 id="learn-more-title">Read on</h2>
            <LearnLinks all />
          </aside>
        </>
      );
  }
}

/** The text came after the browser looked for the place that the address names. */
function showHash(): void {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id) document.getElementById(id)?.scrollIntoView();
}
