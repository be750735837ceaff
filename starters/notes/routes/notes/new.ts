/** Answers `/notes/new`: an empty form, which is sent to `/`. */
import type { Route } from 'peerserver';

export const GET: Route = ({ render }) =>
  render('edit', { title: 'New note', action: '/', note: { title: '', text: '' } });
