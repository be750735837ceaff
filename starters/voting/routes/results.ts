/** Answers `/results`: the standings now, and again whenever they change. */
import type { Route } from 'peerserver';
import { openStream } from './_live.ts';
import { standings } from './_poll.ts';

export const GET: Route = async ({ sql }) => {
  // Opened before we ask, so that a vote that comes meanwhile is not missed.
  const { response, send } = openStream();
  send(await standings(sql));
  return response;
};
