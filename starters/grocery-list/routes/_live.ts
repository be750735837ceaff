/** Telling all open pages that the list has changed. Whoever imports this file shares the same set. */

/** The pages that are open at the moment: for each a function that sends it an event. */
const pages = new Set<() => void>();

const bytes = new TextEncoder();

/** An answer that never ends. A page reads it with `new EventSource('/changes')`. */
export function openStream(): Response {
  let tell: () => void;
  const stream = new ReadableStream({
    start(controller) {
      // An event is a line that begins with "data:", and an empty line behind it.
      tell = () => controller.enqueue(bytes.encode('data: changed\n\n'));
      pages.add(tell);
      // A line that begins with a colon is no event. It is there so that the answer begins.
      controller.enqueue(bytes.encode(': hello\n\n'));
    },
    cancel() {
      // The visitor has closed the page.
      pages.delete(tell);
    },
  });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
}

/** Sends an event to every open page. What has changed it will ask for itself. */
export function tellEverybody(): void {
  for (const tell of pages) tell();
}
