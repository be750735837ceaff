/** What several routes use. A file whose name begins with _ answers no address. */
import type { Session } from 'peerserver';

export interface Item {
  id: number;
  title: string;
  description: string;
  category: string;
  price: number;
  picture: string;
  reserved_by: string | null;
  contact: string | null;
  visitor: string | null;
}

/** What a thing can be sorted under. */
export const CATEGORIES = ['Living', 'Kitchen', 'Outdoors', 'Books and music', 'Toys', 'Other'];

/** A secret name for this visitor, made up at their first reservation and kept in their session. */
export function visitorOf(session: Session): string {
  session.visitor ??= crypto.randomUUID();
  return session.visitor;
}

/** A text that somebody has typed, without spaces around it and not too long. */
export function typed(value: unknown, length = 80): string {
  return String(value ?? '')
    .trim()
    .slice(0, length);
}
