import { formatBytes } from '../elements/wording.ts';
import type { Progress } from '../host.ts';

interface ProgressLineProps {
  /** What is being done: `Packing…`. */
  readonly label: string;
  /** In bytes; undefined until the first news of it. */
  readonly progress: Progress | undefined;
}

/** How far something is, as a bar and in words. */
export function ProgressLine({ label, progress }: ProgressLineProps) {
  const total = progress?.total;
  return (
    <div class="progress-line">
      <p class="numbers">
        <span role="status">{label}</span> {progress && amount(progress)}
      </p>
      {total ? (
        <progress aria-label={label} value={Math.min(progress?.done ?? 0, total)} max={total} />
      ) : (
        <progress aria-label={label} />
      )}
    </div>
  );
}

function amount({ done, total }: Progress): string {
  return total
    ? `${formatBytes(Math.min(done, total))} of ${formatBytes(total)}`
    : formatBytes(done);
}
