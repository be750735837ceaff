/** A sandbox in the same thread, whose code a test writes: real ports and connections, no platform. */
import { PeerServerError } from '../../../protocol/errors.ts';
import {
  type HostRequest,
  headerValue,
  type RequestHandler,
} from '../../../protocol/http-message.ts';
import { RUNTIME_HEADERS, type RuntimeMessage, type StartMessage } from '../../runtime/messages.ts';
import { acceptPortConnection } from '../port-connection.ts';
import type { PortLike } from '../port-like.ts';
import type { CreateSandbox } from '../sandbox-process.ts';

/** One that was made. */
export interface StandIn {
  readonly start: StartMessage;
  /** The event loop stands still: nothing that arrives is looked at any more. */
  block(): void;
  /** It ends by itself. */
  die(text: string): void;
  say(message: RuntimeMessage): void;
  readonly terminated: boolean;
}

/** What a test's code gets. */
export type StandInCode = (
  request: HostRequest,
  sandbox: StandIn,
  number: number,
) => ReturnType<RequestHandler>;

export class StandIns {
  readonly made: StandIn[] = [];
  /** Set before the first is made; it may change later. */
  code: StandInCode = async () => ({ status: 204, headers: [], body: null });
  /** What a sandbox does instead of being ready. */
  onStart: ((sandbox: StandIn) => void) | undefined;

  readonly create: CreateSandbox = async (start) => {
    let blocked = false;
    let terminated = false;
    let resolveDied: (error: PeerServerError) => void = () => {};
    const died = new Promise<PeerServerError>((resolve) => {
      resolveDied = resolve;
    });
    const standIn: StandIn = {
      start,
      block: () => {
        blocked = true;
      },
      die: (text) => resolveDied(new PeerServerError('host-failed', text)),
      say: (message) => start.ports.control.postMessage(message),
      get terminated() {
        return terminated;
      },
    };
    this.made.push(standIn);
    const accepting = acceptPortConnection(
      deaf(start.ports.requests, () => blocked),
      {
        connectionId: 'stand-in',
        handler: async (request) => {
          const number = Number(headerValue(request.headers, RUNTIME_HEADERS.request));
          standIn.say({ kind: 'running', request: number, handler: 'test' });
          return this.code(request, standIn, number);
        },
      },
    );
    accepting.catch(() => undefined);
    if (this.onStart) this.onStart(standIn);
    else standIn.say({ kind: 'ready' });
    const terminate = () => {
      terminated = true;
      blocked = true;
      for (const port of Object.values(start.ports)) port.close();
    };
    return { terminate, died };
  };

  get last(): StandIn {
    const last = this.made.at(-1);
    if (!last) throw new Error('No sandbox was made.');
    return last;
  }
}

/** The port without what arrives while `isDeaf`. */
function deaf(port: MessagePort, isDeaf: () => boolean): PortLike {
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    addEventListener: (type, listener) =>
      port.addEventListener(type, (event: Event) => {
        if (!isDeaf()) listener(event as MessageEvent);
      }),
    start: () => port.start(),
    close: () => port.close(),
  };
}
