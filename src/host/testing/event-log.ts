/** Collects events and lets a test wait for the one it needs. */
export class EventLog<E extends { readonly kind: string }> {
  readonly all: E[] = [];
  #next = 0;
  #wake: () => void = () => {};

  readonly add = (event: E): void => {
    this.all.push(event);
    this.#wake();
  };

  /** The next event of a kind (and more, if `accept` says so) that was not waited for yet. */
  async until<K extends E['kind']>(
    kind: K,
    accept: (event: Extract<E, { kind: K }>) => boolean = () => true,
  ): Promise<Extract<E, { kind: K }>> {
    const isKind = (event: E): event is Extract<E, { kind: K }> => event.kind === kind;
    for (;;) {
      while (this.#next < this.all.length) {
        const event = this.all[this.#next++];
        if (event && isKind(event) && accept(event)) return event;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
