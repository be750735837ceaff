/** Answers a POST to `/logout`. It is no GET, or a mere link on another site could log people out. */
import { type Route, redirect } from 'peerserver';

export const POST: Route = ({ session }) => {
  session.destroy();
  return redirect('/');
};
