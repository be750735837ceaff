interface Comment {
  author: string;
  content: string;
}

/** The page with these comments. What visitors have written is escaped, so that none of it acts as HTML. */
export function renderPage(comments: readonly Comment[]): string {
  const items = comments.map(
    ({ author, content }) => `<li><b>${escapeHtml(author)}</b>: ${escapeHtml(content)}</li>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Comments</title>
<link rel="stylesheet" href="/style.css">
<h1>${comments.length} comments</h1>
<ul>
${items.join('\n')}
</ul>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
