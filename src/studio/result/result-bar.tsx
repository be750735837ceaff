import {
  ArrowLeft,
  ExternalLink,
  type IconNode,
  Maximize,
  RotateCw,
  Smartphone,
  Tablet,
} from 'lucide';
import { useId, useRef, useState } from 'preact/hooks';
import { pointerUrl } from '../../address/address.ts';
import { Icon } from '../elements/icon.tsx';
import { useStudio } from '../session/studio.ts';
import type { Preview } from './preview.ts';
import type { PreviewWidth } from './result-settings.ts';
import { pathOfTyped } from './typed-path.ts';

interface ResultBarProps {
  readonly preview: Preview;
  /** Origin of the site. */
  readonly origin: string;
  readonly width: PreviewWidth;
  readonly onWidth: (width: PreviewWidth) => void;
}

const WIDTHS: readonly {
  readonly width: PreviewWidth;
  readonly label: string;
  readonly icon: IconNode;
}[] = [
  { width: 'phone', label: 'Phone width', icon: Smartphone },
  { width: 'tablet', label: 'Tablet width', icon: Tablet },
  { width: 'full', label: 'Full width', icon: Maximize },
];

/** What a browser has above a page: back, reload, the address; and how wide the page is shown. */
export function ResultBar({ preview, origin, width, onWidth }: ResultBarProps) {
  return (
    <div class="result-bar">
      <button
        type="button"
        class="icon-button"
        aria-label="Back"
        title="Back"
        disabled={!preview.canGoBack.value}
        onClick={() => preview.back()}
      >
        <Icon node={ArrowLeft} />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Reload"
        title="Reload"
        onClick={() => preview.reload()}
      >
        <Icon node={RotateCw} size={16} />
      </button>
      <AddressField preview={preview} origin={origin} />
      <fieldset class="preview-widths">
        <legend class="visually-hidden">Width of the preview</legend>
        {WIDTHS.map(({ width: one, label, icon }) => (
          <button
            key={one}
            type="button"
            class="icon-button"
            aria-label={label}
            aria-pressed={width === one}
            title={label}
            onClick={() => onWidth(one)}
          >
            <Icon node={icon} size={16} />
          </button>
        ))}
      </fieldset>
      <a
        class="icon-button"
        href={origin + preview.path.value}
        target="_blank"
        rel="noopener"
        aria-label="Open this page in a tab"
        title="Open this page in a tab"
      >
        <Icon node={ExternalLink} size={16} />
      </a>
    </div>
  );
}

/** The path that is shown; another can be typed. */
function AddressField({ preview, origin }: Pick<ResultBarProps, 'preview' | 'origin'>) {
  const { session, config } = useStudio();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const [typed, setTyped] = useState<string>();
  const [wrong, setWrong] = useState(false);

  function reset(): void {
    setTyped(undefined);
    setWrong(false);
  }

  function open(event: SubmitEvent): void {
    event.preventDefault();
    const text = typed ?? preview.path.peek();
    const path = pathOfTyped(text, origin, pointerUrl(session.name, config.deployment));
    setWrong(path === undefined);
    if (path === undefined) return;
    setTyped(undefined);
    preview.open(path);
  }

  return (
    <form class="result-address" onSubmit={open}>
      <input
        ref={field}
        class="text-field"
        type="text"
        aria-label="Path of the page"
        aria-invalid={wrong}
        aria-describedby={`${id}-wrong`}
        title={preview.title.value}
        inputMode="url"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={typed ?? preview.path.value}
        onFocus={() => field.current?.select()}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setWrong(false);
        }}
        onBlur={reset}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || typed === undefined) return;
          event.preventDefault();
          reset();
        }}
      />
      <p id={`${id}-wrong`} class="result-wrong" role="status">
        {wrong && 'This address is not one of this site.'}
      </p>
    </form>
  );
}
