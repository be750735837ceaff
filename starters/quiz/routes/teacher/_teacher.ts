/** Who may see the teacher's screen: whoever knows the word in peerserver.json. */
import { type RouteContext, redirect } from 'peerserver';

/** Leads everybody else to the form. A Response that is thrown is the answer. */
export function requireTeacher({ session }: Pick<RouteContext, 'session'>): void {
  if (!session.teacher) throw redirect('/teacher');
}
