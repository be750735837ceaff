/** What several routes use. A file whose name begins with _ answers no address. */
import type { Session, SqlTag } from 'peerserver';

export interface Member {
  id: number;
  name: string;
  password_hash: string;
  joined: string;
  note: string;
}

/** Who is logged in; undefined when nobody is, or when the member has been deleted since. */
export async function currentMember(session: Session, sql: SqlTag): Promise<Member | undefined> {
  const [member] = await sql<Member>`SELECT * FROM members WHERE id = ${session.memberId ?? null}`;
  return member;
}

/** The member of this name, in small or capital letters. */
export async function memberCalled(name: string, sql: SqlTag): Promise<Member | undefined> {
  const [member] = await sql<Member>`SELECT * FROM members WHERE name = ${name}`;
  return member;
}

/** What is wrong with a name for a new member; undefined when nothing is. */
export function problemOfName(name: string): string | undefined {
  if (name.length < 2) return 'Please choose a name of two letters or more.';
  if (name.length > 40) return 'Please choose a name of at most 40 letters.';
  return undefined;
}

/** What is wrong with a new password. Long ones are better than ones with odd characters. */
export function problemOfPassword(password: string): string | undefined {
  if (password.length < 8) return 'Please choose a password of eight characters or more.';
  if (password.length > 200) return 'This is too long: 200 characters are the limit.';
  return undefined;
}
