/**
 * A worker of one function: it asks the database and answers with a page. The same file runs on Cloudflare
 * Workers, in a tab, and in Node.
 */
import { renderPage } from './render-page.ts';

interface Env {
  DB: D1Database;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const author = searchParams.get('author');
    const statement =
      author === null
        ? env.DB.prepare('SELECT author, content FROM comments ORDER BY id LIMIT 3')
        : env.DB.prepare('SELECT author, content FROM comments WHERE author = ?').bind(author);
    const { results } = await statement.all<{ author: string; content: string }>();
    return new Response(renderPage(results), {
      status: results.length === 0 ? 404 : 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
    });
  },
};
