/** The format of `text/event-stream` (HTML, 9.2.6): from pieces of text to events. */

export interface StreamedEvent {
  readonly type: string;
  readonly data: string;
  readonly lastEventId: string;
}

export class EventStreamParser {
  /** Sent back when the stream is taken up again. */
  lastEventId: string;
  /** How long to wait before that, in ms, if the stream has said so. */
  retryMs: number | undefined;
  readonly #dispatch: (event: StreamedEvent) => void;
  #rest = '';
  #afterCarriageReturn = false;
  #data: string[] = [];
  #type = '';
  #id: string;

  /** @param lastEventId of the connection before */
  constructor(lastEventId: string, dispatch: (event: StreamedEvent) => void) {
    this.lastEventId = lastEventId;
    this.#id = lastEventId;
    this.#dispatch = dispatch;
  }

  /** Takes the next piece of the stream. What is incomplete at the stream's end is no event. */
  push(text: string): void {
    let piece = text;
    if (piece === '') return;
    // The two halves of one line break may come in two pieces.
    if (this.#afterCarriageReturn && piece.startsWith('\n')) piece = piece.slice(1);
    this.#afterCarriageReturn = text.endsWith('\r');
    const lines = (this.#rest + piece).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#takeLine(line);
  }

  #takeLine(line: string): void {
    if (line === '') {
      this.#endEvent();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
  }

  #endEvent(): void {
    this.lastEventId = this.#id;
    const data = this.#data;
    const type = this.#type || 'message';
    this.#data = [];
    this.#type = '';
    if (data.length === 0) return;
    this.#dispatch({ type, data: data.join('\n'), lastEventId: this.lastEventId });
  }
}
