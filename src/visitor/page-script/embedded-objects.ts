/**
 * Browsers fetch what `<object>` and `<embed>` show past the service worker. So the page fetches it and gives
 * it to the element as a blob.
 */
const ATTRIBUTES: Readonly<Record<string, string>> = { object: 'data', embed: 'src' };
const SELECTOR = 'object[data], embed[src]';
/** Shown until the answer is here. */
const PLACEHOLDER = 'about:blank';
/** A browser that shows an address at all begins to in this time. */
const SHOWN_WITHIN_MS = 250;

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
  element.setAttribute(attribute, PLACEHOLDER);
  const address = await fetchAsBlob(url);
  // The page may have thought better of it meanwhile.
  if (element.getAttribute(attribute) !== PLACEHOLDER) return;
  // As with any server: what is not there leaves the element's own content.
  if (address === undefined) element.removeAttribute(attribute);
  else show(element, attribute, address);
}

/** The address of a blob with what is at `url`, or undefined when nothing is. */
async function fetchAsBlob(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url);
    if (!response.ok) return undefined;
    const blob = await standingAlone(await response.blob(), response.url);
    return URL.createObjectURL(blob) + new URL(url).hash;
  } catch {
    // No connection, or a policy of the page that forbids it: there is nothing to show either.
    return undefined;
  }
}

/**
 * The browser's own attempt may have begun before it was taken away from it. When that fails, Chromium shows an
 * object's own content for good, whatever address it is given later: then another object takes its place.
 */
function show(element: Element, attribute: string, address: string): void {
  element.setAttribute(attribute, address);
  if (!(element instanceof HTMLObjectElement)) return;
  setTimeout(() => {
    if (element.contentWindow !== null || element.getAttribute(attribute) !== address) return;
    const fresh = element.cloneNode(false) as HTMLObjectElement;
    fresh.append(...element.childNodes);
    element.replaceWith(fresh);
  }, SHOWN_WITHIN_MS);
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
