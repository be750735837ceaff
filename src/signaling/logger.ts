import type { Logger } from 'pino';

/**
 * What the server needs of a logger. It is told of events (started, host online, refusals), never of
 * addresses, paths or queries: who visits what is nobody's business.
 */
export type SignalingLogger = Pick<Logger, 'info' | 'warn' | 'error'>;
