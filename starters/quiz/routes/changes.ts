/** Answers `/changes`: a stream that tells every page when the quiz goes on. */
import type { Route } from 'peerserver';
import { openStream } from './_live.ts';

export const GET: Route = () => openStream();
