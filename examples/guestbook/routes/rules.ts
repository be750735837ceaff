/** A file of public/ at an address without its ending. */
import type { Route } from 'peerserver';

export const GET: Route = ({ file }) => file('rules.txt');
