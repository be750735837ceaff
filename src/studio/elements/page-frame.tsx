import { Brand } from './brand.tsx';

/** The top of the home page and of the pages to learn from. */
export function PageHead({ current }: { readonly current?: 'learn' | 'inner-workings' }) {
  return (
    <header class="page-head">
      <Brand />
      <nav aria-label="Main">
        <a href="/learn/" aria-current={current === 'learn' ? 'page' : undefined}>
          Learn
        </a>
        <a
          href="/learn/inner-workings"
          aria-current={current === 'inner-workings' ? 'page' : undefined}
        >
          How it works
        </a>
      </nav>
    </header>
  );
}

/** The bottom of the same. */
export function PageFoot({ version }: { readonly version: string }) {
  return (
    <footer class="page-foot">
      <p>
        A site is online while its tab is open. The signaling server introduces browsers to each
        other and never carries a site’s content.
      </p>
      {version && <p>Version {version}</p>}
    </footer>
  );
}
