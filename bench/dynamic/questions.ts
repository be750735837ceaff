/** What is asked, and of whom. */
import type { DynamicHost } from './options.ts';

/** Who answers: a host over the data channel, the same site called in this process, or Hono on Node's HTTP. */
export type Place = DynamicHost | 'process' | 'direct';

/** A static file, a route without and with the database, and the same two of the Hono app in `server.ts`. */
export const QUESTIONS = ['file', 'constant', 'row', 'app-constant', 'app-row'] as const;
export type Question = (typeof QUESTIONS)[number];

/** What an answer's body is long, bytes, whatever is asked. */
export const ANSWER_BYTES = 109;

/** Of the rows that there are. */
const FIRST_ID = 1000;
const ROWS = 1000;

/** The questions that a place can answer. */
export function questionsOf(place: Place): readonly Question[] {
  return place === 'direct' ? ['app-constant', 'app-row'] : QUESTIONS;
}

/** Path to ask for. @param count how many were asked for before; each asks for another row */
export function targetOf(question: Question, count: number): string {
  // A step without a common factor, so that rows are not read in their order.
  const id = FIRST_ID + ((count * 389) % ROWS);
  switch (question) {
    case 'file':
      return '/constant.txt';
    case 'constant':
      return '/constant';
    case 'row':
      return `/rows/${id}`;
    case 'app-constant':
      return '/app/constant';
    case 'app-row':
      return `/app/rows/${id}`;
  }
}

/** Where requests go. */
export interface Asked {
  /**
   * Asks and reads the whole answer.
   * @throws Error when it is not answered with 200
   */
  ask(method: 'GET' | 'POST', target: string): Promise<Uint8Array>;
  close(): Promise<void>;
}
