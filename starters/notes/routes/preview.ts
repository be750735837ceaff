/** Answers `/preview`: the editor's page sends its text and shows the HTML that comes back. */
import type { Route } from 'peerserver';
import { toHtml } from '../lib/markdown.ts';

export const POST: Route = async ({ request }) => toHtml(await request.text());
