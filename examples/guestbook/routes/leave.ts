/** Answers a POST to `/leave`: forgets who the visitor is. */
import { type Route, redirect } from 'peerserver';

export const POST: Route = ({ session, log }) => {
  log(`${session.name ?? 'Somebody'} leaves`);
  session.destroy();
  return redirect('/');
};
