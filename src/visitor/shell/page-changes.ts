import type { PageTools } from '../bridge/page-tools.ts';

/** Hash changes, pushState and the like do not load anything; the Navigation API tells of them. */
export function followNavigation(
  page: Window,
  tools: PageTools,
  changed: () => void,
  signal: AbortSignal,
): void {
  const { navigation, history: frameHistory } = page;
  if (navigation) {
    tools.listen(navigation, 'currententrychange', changed, signal);
    return;
  }
  // Firefox before 147 and Safari before 26.2 have no Navigation API.
  for (const type of ['hashchange', 'popstate']) tools.listen(page, type, changed, signal);
  for (const method of ['pushState', 'replaceState'] as const) {
    const original = frameHistory[method].bind(frameHistory);
    frameHistory[method] = (...args) => {
      original(...args);
      changed();
    };
  }
}

/** Tells of changes of what the shell mirrors: everything while the page loads, later what is in its head. */
export function watchHead(
  page: Window,
  tools: PageTools,
  changed: () => void,
  signal: AbortSignal,
): void {
  const attributes = { attributes: true, attributeFilter: ['content', 'media', 'lang', 'dir'] };
  const anything = { childList: true, subtree: true, characterData: true, ...attributes };
  const observer = tools.observer(changed);
  observer.observe(page.document, anything);
  tools.listen(
    page,
    'load',
    () => {
      observer.disconnect();
      const { head, documentElement: root } = page.document;
      if (root) observer.observe(root, attributes);
      if (head) observer.observe(head, anything);
      changed();
    },
    signal,
  );
  signal.addEventListener('abort', () => observer.disconnect());
}
