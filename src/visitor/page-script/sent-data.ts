/** What scripts give to `send`, as it goes over a port. */
import type { PortMessage } from '../bridge/socket-messages.ts';

const encoder = new TextEncoder();
// Their getters tell a buffer and a Blob of any window from what only looks like one.
const lengthOfBuffer = getterOf(ArrayBuffer.prototype, 'byteLength');
const sizeOfBlob = getterOf(Blob.prototype, 'size');

/** Whether a value is a Blob, of whatever window. */
export function isBlob(value: unknown): value is Blob {
  return sizeOfBlob(value) !== undefined;
}

/** A copy of a buffer's or a view's bytes, and everything else as text. Throws what its conversion throws. */
export function messageOf(data: unknown): PortMessage {
  if (ArrayBuffer.isView(data)) {
    const { buffer, byteOffset, byteLength } = data;
    return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
  }
  if (lengthOfBuffer(data) !== undefined) return new Uint8Array(data as ArrayBuffer).slice().buffer;
  return `${data}`;
}

/** How many bytes a message is on the wire. */
export function bytesOf(data: PortMessage): number {
  return typeof data === 'string' ? encoder.encode(data).length : data.byteLength;
}

/** Reads a property of a class's own instances, of whatever window; undefined for everything else. */
function getterOf(prototype: object, name: string): (value: unknown) => number | undefined {
  const getter = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  return (value) => {
    try {
      return getter?.call(value) as number | undefined;
    } catch {
      // The getter refuses what is not of its class: that is the answer.
      return undefined;
    }
  };
}
