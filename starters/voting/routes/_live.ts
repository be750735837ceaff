/** Events for all open pages. Whoever imports this file shares the same set. */

type Send = (data: object) => void;

/** The pages that are open at the moment: for each a function that sends it something. */
const pages = new Set<Send>();

const bytes = new TextEncoder();

/** An answer that never ends, for `new EventSource('/results')`, and the function that sends it events. */
export function openStream(): { response: Response; send: Send } {
  let send: Send = () => {};
  const stream = new ReadableStream({
    start(controller) {
      // An event is a line that begins with "data:", and an empty line behind it.
      send = (data) => controller.enqueue(bytes.encode(`data: ${JSON.stringify(data)}\n\n`));
      pages.add(send);
    },
    cancel() {
      // The visitor has closed the page.
      pages.delete(send);
    },
  });
  const response = new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  return { response, send };
}

/** Sends the same to every open page. */
export function sendToEverybody(data: object): void {
  for (const send of pages) send(data);
}
