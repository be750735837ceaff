import type { ServeProblem } from '../session/server-session.ts';

interface ProblemBannerProps {
  readonly problem: ServeProblem;
  /** Opens and serves again, taking over from another tab. */
  readonly onRun: () => void;
}

/** Why the site is not served from here, and what to do about it. */
export function ProblemBanner({ problem, onRun }: ProblemBannerProps) {
  const { title, text, action } = describe(problem);
  return (
    // While another tab has the site, all else here is out of reach: this is what the page is about.
    <div class={`banner ${problem.kind}`} role={problem.kind === 'elsewhere' ? 'main' : undefined}>
      <p role="alert">
        <strong>{title}</strong> {text}
      </p>
      <button type="button" class="button" onClick={onRun}>
        {action}
      </button>
    </div>
  );
}

function describe(problem: ServeProblem): { title: string; text: string; action: string } {
  switch (problem.kind) {
    case 'elsewhere':
      return {
        title: 'This server now runs in another tab.',
        text: 'Visitors are served from there.',
        action: 'Run it here',
      };
    case 'name-refused':
      return {
        title: 'The name was refused.',
        text: `${problem.message} Your files are kept in this browser.`,
        action: 'Try again',
      };
    case 'stopped':
      return { title: 'The server has stopped.', text: problem.message, action: 'Start again' };
  }
}
