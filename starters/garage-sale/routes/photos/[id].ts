/** Answers `/photos/1`, `/photos/2`…: photos that the seller has sent, out of the database. */
import { notFound, type Route } from 'peerserver';

interface Photo {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export const GET: Route<{ id: string }> = async ({ params, sql }) => {
  const [photo] = await sql<Photo>`SELECT type, bytes FROM photos WHERE id = ${params.id}`;
  if (!photo) return notFound('There is no such photo.');
  return new Response(photo.bytes, {
    headers: {
      'content-type': photo.type,
      // A photo never changes, so the visitor's browser may keep it for a day.
      'cache-control': 'max-age=86400',
    },
  });
};
