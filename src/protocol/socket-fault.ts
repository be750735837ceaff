/** What a peer did wrong on a WebSocket: it closes with this code (RFC 6455, 7.4.1), and nothing else is harmed. */
export class SocketFault extends Error {
  constructor(
    readonly code: 1002 | 1007 | 1009,
    message: string,
  ) {
    super(message);
  }
}
