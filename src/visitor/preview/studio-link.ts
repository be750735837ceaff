import {
  type FromPreview,
  PREVIEW_APP_META,
  PREVIEW_GREETING,
  readToPreview,
  type ToPreview,
} from '../../address/preview.ts';

/** The preview's end of the way to the studio around it. */
export interface StudioLink {
  say(message: FromPreview): void;
}

/**
 * Greets the studio and listens to it. Nobody else can be around this page: its policy names the only origin
 * that may frame it, and the greeting is delivered to that origin only.
 * @param page the preview's document, which says who may be around it
 */
export function greetStudio(
  page: Document,
  around: Pick<Window, 'postMessage'>,
  onMessage: (message: ToPreview) => void,
): StudioLink {
  const meta = page.querySelector<HTMLMetaElement>(`meta[name="${PREVIEW_APP_META}"]`);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => {
    const message = readToPreview(data);
    if (message) onMessage(message);
  };
  around.postMessage(PREVIEW_GREETING, meta?.content || location.origin, [port2]);
  return { say: (message) => port1.postMessage(message) };
}
