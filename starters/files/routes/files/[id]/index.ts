/** Answers `/files/1`: GET downloads the file, PUT says that it is complete, DELETE removes it. */
import { json, type Route } from 'peerserver';
import { fileOf } from '../../_files.ts';
import { tellEverybody } from '../../_live.ts';

export const GET: Route = async ({ sql, params }) => {
  const { id, name, size } = await fileOf(sql, params.id);
  let next = 0;
  const stream = new ReadableStream<Uint8Array>({
    // Asked for a piece at a time, when the visitor has room for it: so even a file of 400 MB needs hardly any
    // memory here.
    async pull(controller) {
      const [piece] = await sql<{ data: Uint8Array }>`
        SELECT data FROM pieces WHERE file_id = ${id} AND number = ${next}`;
      next += 1;
      if (piece) controller.enqueue(piece.data);
      else controller.close();
    },
  });
  return new Response(stream, {
    headers: {
      // Always saved and never opened: a page that somebody shares must not act as a page of this site.
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      // With its length known the browser can show how far a download is.
      'content-length': String(size),
    },
  });
};

export const PUT: Route = async ({ sql, params }) => {
  const { id, size } = await fileOf(sql, params.id);
  const [here] = await sql<{ bytes: number }>`
    SELECT coalesce(sum(length(data)), 0) AS bytes FROM pieces WHERE file_id = ${id}`;
  if (here?.bytes !== size) return json({ problem: 'Something is missing.' }, { status: 409 });
  await sql`UPDATE files SET complete = 1 WHERE id = ${id}`;
  tellEverybody();
};

export const DELETE: Route = async ({ sql, params }) => {
  await sql`DELETE FROM pieces WHERE file_id = ${params.id}`;
  await sql`DELETE FROM files WHERE id = ${params.id}`;
  tellEverybody();
};
