import { ChevronLeft, ChevronRight } from 'lucide';
import { Icon } from '../../elements/icon.tsx';
import { MAX_COUNTED } from './row-window.ts';
import type { TableView } from './table-view.ts';

/** Which rows are shown, of how many, and the way to the others. */
export function Pager({ view }: { readonly view: TableView }) {
  const window = view.window.value;
  const { offset } = view.request.value;
  if (!window) {
    return (
      <div class="db-pager">
        <span role="status">Reading…</span>
      </div>
    );
  }
  return (
    <div class="db-pager">
      <span class="db-news" aria-hidden="true">
        {view.news.value.size > 0 && 'Updated just now'}
      </span>
      <span class="numbers" role="status">
        {describe(offset, window.rows.length, window.count)}
      </span>
      <button
        type="button"
        class="button small icon-only"
        aria-label="Previous rows"
        disabled={offset === 0}
        onClick={() => void view.turn(-1)}
      >
        <Icon node={ChevronLeft} size={16} />
      </button>
      <button
        type="button"
        class="button small icon-only"
        aria-label="Next rows"
        disabled={!window.more}
        onClick={() => void view.turn(1)}
      >
        <Icon node={ChevronRight} size={16} />
      </button>
    </div>
  );
}

function describe(offset: number, shown: number, count: number): string {
  if (shown === 0) return '0 rows';
  const of =
    count > MAX_COUNTED
      ? `more than ${number(MAX_COUNTED)}`
      : number(Math.max(count, offset + shown));
  if (offset === 0 && shown === count) return count === 1 ? '1 row' : `${number(count)} rows`;
  return `Rows ${number(offset + 1)}–${number(offset + shown)} of ${of}`;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
