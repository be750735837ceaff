/** Answers `/changes`: a stream that tells the page whenever the list is another. */
import type { Route } from 'peerserver';
import { openStream } from './_live.ts';

export const GET: Route = () => openStream();
