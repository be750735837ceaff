import { Brand } from './brand.tsx';
import { usePageTitle } from './page-title.ts';

interface MessagePageProps {
  readonly title: string;
  readonly message: string;
  /** Offers to load the page again. */
  readonly retry?: boolean;
}

/** A whole page that says one thing and where to go from here. */
export function MessagePage({ title, message, retry = false }: MessagePageProps) {
  usePageTitle(title);
  return (
    <div class="message-page">
      <header class="message-page-head">
        <Brand />
      </header>
      <main class="card message-card">
        <h1>{title}</h1>
        <p>{message}</p>
        <div class="button-row">
          {retry && (
            <button type="button" class="button primary" onClick={() => location.reload()}>
              Try again
            </button>
          )}
          <a class={retry ? 'button' : 'button primary'} href="/">
            Go to the home page
          </a>
        </div>
      </main>
    </div>
  );
}
