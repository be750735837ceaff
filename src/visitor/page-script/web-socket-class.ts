import type { SocketRequest } from '../bridge/socket-messages.ts';
import { type SocketScope, TunnelSocket } from './tunnel-socket.ts';
import { areProtocols, protocolList, socketUrl } from './web-socket-arguments.ts';

type NativeSocket = typeof WebSocket;
/** What the prototypes of browsers' own WebSocket classes held before they were changed. */
export type NativeSockets = WeakMap<object, Record<string, PropertyDescriptor>>;

/** How the WebSockets of a window or worker reach the host. */
export interface SocketGate {
  /** Of the site, e.g. `http://garden.localhost:8890`. */
  readonly origin: string;
  /** Relative addresses begin here. */
  base(): string;
  /** What the browser's own classes were before, by their prototypes: a window may be met twice. */
  readonly natives: NativeSockets;
  /** Whether the document's policies let it connect there. */
  allows(url: URL): boolean;
  /** Asks for a socket that speaks over `port`. */
  open(request: SocketRequest, port: MessagePort): void;
}

const OWN_PREFIX = '/.peerserver/';
const HANDLERS = ['open', 'message', 'error', 'close'] as const;
const VALUES = ['url', 'protocol', 'extensions', 'readyState', 'bufferedAmount'] as const;

/**
 * Makes `WebSocket` reach the host for addresses of the site's own origin. All others, and those that the
 * document's policies forbid, get the browser's own socket, which then fails as it should. Both kinds share
 * one prototype, so that `instanceof` holds for both and classes derived from it work.
 * @returns lets all sockets go, since the page is left
 */
export function replaceWebSocket(scope: SocketScope, gate: SocketGate): () => void {
  const { WebSocket: current, EventTarget: Target, MessageChannel: Channel } = scope;
  const { prototype } = current;
  const native = gate.natives.get(prototype) ?? Object.getOwnPropertyDescriptors(prototype);
  gate.natives.set(prototype, native);
  const own = (name: string): PropertyDescriptor => native[name] ?? {};
  const Native = own('constructor').value as NativeSocket;
  const sockets = new WeakMap<object, TunnelSocket>();
  // Held, so that a socket with listeners lives on when nothing else refers to it.
  const live = new Set<TunnelSocket>();

  const construct = (_: NativeSocket, args: unknown[], newTarget: NewableFunction): object => {
    const natively = (...given: unknown[]): object => Reflect.construct(Native, given, newTarget);
    if (args.length === 0) return natively();
    const given = `${args[0]}`;
    const protocols = protocolList(args[1]);
    const url = socketUrl(given, gate.base());
    if (!url || !isOwn(url, gate.origin) || !gate.allows(url)) return natively(given, protocols);
    if (!areProtocols(protocols)) {
      const text = `The subprotocols "${protocols.join(', ')}" are not distinct tokens.`;
      throw new scope.DOMException(text, 'SyntaxError');
    }
    const target: EventTarget = Reflect.construct(Target, [], newTarget);
    const { port1, port2 } = new Channel();
    const socket = new TunnelSocket(scope, target, url, port1, () => live.delete(socket));
    sockets.set(target, socket);
    live.add(socket);
    gate.open({ target: url.pathname + url.search, protocols }, port2);
    return target;
  };

  // A Proxy of the browser's own functions keeps their names, lengths and text.
  const divert = (method: unknown, ours: (socket: TunnelSocket, args: unknown[]) => unknown) =>
    new Proxy(method as (...args: unknown[]) => unknown, {
      apply(original, self, args) {
        const socket = sockets.get(Object(self));
        return socket ? ours(socket, args) : Reflect.apply(original, self, args);
      },
    });
  const define = (name: string, changes: PropertyDescriptor): void => {
    Object.defineProperty(prototype, name, { ...own(name), ...changes });
  };
  for (const name of VALUES) {
    define(name, { get: divert(own(name).get, (socket) => socket[name]) });
  }
  for (const type of HANDLERS) {
    const { get, set } = own(`on${type}`);
    define(`on${type}`, {
      get: divert(get, (socket) => socket.handler(type)),
      set: divert(set, (socket, [value]) => socket.setHandler(type, value)),
    });
  }
  define('binaryType', {
    get: divert(own('binaryType').get, (socket) => socket.binaryType),
    set: divert(own('binaryType').set, (socket, [value]) => {
      socket.binaryType = value;
    }),
  });
  define('send', { value: divert(own('send').value, (socket, args) => socket.send(args)) });
  define('close', { value: divert(own('close').value, (socket, args) => socket.close(args)) });
  const emulated = new Proxy(Native, { construct });
  define('constructor', { value: emulated });
  Object.defineProperty(scope, 'WebSocket', {
    value: emulated,
    writable: true,
    configurable: true,
  });
  return () => {
    for (const socket of live) socket.leave();
  };
}

/** Whether a socket's address belongs to the site. What is ours on its origin goes to the network. */
function isOwn(url: URL, origin: string): boolean {
  return url.origin.replace(/^ws/, 'http') === origin && !url.pathname.startsWith(OWN_PREFIX);
}
