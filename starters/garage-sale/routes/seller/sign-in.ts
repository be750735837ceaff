/** Answers a POST to `/seller/sign-in` and to nothing else: compares the password. */
import { type Route, redirect } from 'peerserver';

export const POST: Route = async ({ form, session, env }) => {
  const { password } = await form();
  // `env` has the variables of peerserver.json.
  if (password === env.SELLER_PASSWORD) session.seller = true;
  else session.problem = 'This is not the password. It is in the file peerserver.json.';
  return redirect('/seller');
};
