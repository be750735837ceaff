/**
 * What is needed of a MessagePort, so that a browser's, Node's and a test's will do. Messages wait in a port
 * until `start`.
 */
export interface PortLike {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(
    type: 'message' | 'messageerror' | 'close',
    listener: (event: { readonly data?: unknown }) => void,
  ): void;
  start(): void;
  close(): void;
}
