import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Preview } from './preview.ts';
import { fitPreview, type PreviewWidth } from './result-settings.ts';

interface PreviewFrameProps {
  readonly preview: Preview;
  /** Address that the frame begins with; later ones it is told. */
  readonly src: string;
  readonly width: PreviewWidth;
  readonly label: string;
}

/**
 * What the site may do in the frame: all that it may at the top, but leading the studio's tab elsewhere, and
 * dialogs, which would stop the server as long as they are open.
 */
const SANDBOX =
  'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-pointer-lock';
const ALLOW =
  'autoplay; camera; clipboard-read; clipboard-write; display-capture; encrypted-media; fullscreen; gamepad; geolocation; microphone; midi; screen-wake-lock; xr-spatial-tracking';

/** The frame of the site's origin, as wide as was chosen. */
export function PreviewFrame({ preview, src, width, label }: PreviewFrameProps) {
  const box = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLIFrameElement>(null);
  // A frame that gets another address makes an entry in the studio's history.
  const [first] = useState(src);
  const [focused, setFocused] = useState(false);
  const [size, setSize] = useState({ width: 0, height: 0 });

  useLayoutEffect(() => {
    const receive = (event: MessageEvent<unknown>) =>
      preview.receive(event, frame.current?.contentWindow);
    addEventListener('message', receive);
    const takenAway = preview.drawn();
    return () => {
      removeEventListener('message', receive);
      takenAway();
    };
  }, [preview]);
  useEffect(() => {
    // Inside the frame nothing can be listened to; the window loses the focus to it, and gets it back.
    const look = () => setFocused(document.activeElement === frame.current);
    const events = ['blur', 'focus', 'focusin'] as const;
    for (const event of events) addEventListener(event, look);
    return () => {
      for (const event of events) removeEventListener(event, look);
    };
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const fit = fitPreview(width, size);
  const loading = preview.state.value.kind === 'loading';
  return (
    <div ref={box} class={`preview-box ${width}${focused ? ' focused' : ''}`} aria-busy={loading}>
      <div
        class="preview-fit"
        style={{ width: fit.width === 0 ? '100%' : `${fit.width * fit.scale}px` }}
      >
        <iframe
          ref={frame}
          class="preview-frame"
          title={label}
          src={first}
          sandbox={SANDBOX}
          allow={ALLOW}
          referrerpolicy="no-referrer"
          style={{
            width: `${fit.width}px`,
            height: `${fit.height}px`,
            transform: fit.scale === 1 ? undefined : `scale(${fit.scale})`,
          }}
        />
      </div>
      {loading && (
        <p class="preview-loading" role="status">
          Loading the preview…
        </p>
      )}
    </div>
  );
}
