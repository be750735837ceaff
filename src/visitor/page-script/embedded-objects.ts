/**
 * Browsers fetch what `<object>` and `<embed>` show past the service worker. So the page fetches it and gives
 * it to the element as a blob.
 */
const ATTRIBUTES: Readonly<Record<string, string>> = { object: 'data', embed: 'src' };
const SELECTOR = 'object[data], embed[src]';

/** Looks after the objects that the document has and will have. */
export function carryEmbeddedObjects(): void {
  // What is inserted is seen before the browser asks for it, mostly: it does so when it lays the page out.
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      const touched = type === 'attributes' ? [target] : addedNodes;
      for (const node of touched) if (node instanceof Element) carryAll(node);
    }
  }).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: Object.values(ATTRIBUTES),
  });
}

function carryAll(root: Element): void {
  if (root.matches(SELECTOR)) void carry(root);
  for (const element of root.querySelectorAll(SELECTOR)) void carry(element);
}

async function carry(element: Element): Promise<void> {
  const attribute = ATTRIBUTES[element.localName] ?? '';
  const url = siteUrl(element.getAttribute(attribute));
  if (url === undefined) return;
  element.removeAttribute(attribute);
  try {
    const response = await fetch(url);
    // As with any server: what is not there leaves the element's own content.
    if (!response.ok || element.hasAttribute(attribute)) return;
    const blob = await standingAlone(await response.blob(), response.url);
    show(element, attribute, URL.createObjectURL(blob) + new URL(url).hash);
  } catch {
    // No connection: the element's own content stays.
  }
}

/**
 * The browser's own attempt may have begun before it was taken away from it; its failure then comes later than
 * what is shown here, and puts the element's own content in its place.
 */
function show(element: Element, attribute: string, address: string): void {
  const again = () => {
    if (element.getAttribute(attribute) === address) element.setAttribute(attribute, address);
  };
  element.addEventListener('error', again, { once: true });
  element.setAttribute(attribute, address);
}

/** The address in an attribute if it is one of this site's, which the service worker would answer. */
function siteUrl(value: string | null): string | undefined {
  if (value === null || !URL.canParse(value, document.baseURI)) return undefined;
  const url = new URL(value, document.baseURI);
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  return isHttp && url.origin === location.origin ? url.href : undefined;
}

/** A page in a blob has no address to resolve its links against, unless it says one. */
async function standingAlone(blob: Blob, url: string): Promise<Blob> {
  if (!/^text\/html\b/i.test(blob.type)) return blob;
  const base = document.createElement('base');
  base.href = url;
  return new Blob([`<!doctype html>${base.outerHTML}`, blob], { type: blob.type });
}
