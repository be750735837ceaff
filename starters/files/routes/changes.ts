/** Answers `/changes`: a stream that tells the page whenever the files are others. */
import type { Route } from 'peerserver';
import { openStream } from './_live.ts';

export const GET: Route = () => openStream();
