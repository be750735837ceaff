import { PeerServerError } from '../../protocol/errors.ts';
import type { SiteTemplate, TemplateId } from './public-api.ts';

const EMPTY_INDEX = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <!-- Makes the page fit the width of a phone. -->
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <!-- Shown in the browser's tab. -->
    <title>My PeerServer</title>
    <!-- The colours and sizes live in a file of their own: open style.css. -->
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <main>
      <h1>Hello, world.</h1>
      <p>
        This page comes straight from a browser tab. Change this text, press Ctrl-S (or Cmd-S), and
        reload the page.
      </p>
    </main>
  </body>
</html>
`;

const EMPTY_ROUTE = `// The default dynamic file. It runs in your tab whenever somebody asks for the address "/".
// (routes/about.ts would answer "/about", and routes/items/[id].ts "/items/42".)

import type { Route } from 'peerserver';

// GET is what a browser does when somebody opens a page.
// The braces hold what this function needs: here "file", which reads a file of public/. There is more, such as
// query, form, session, db, sql, render, cookies and log.
export const GET: Route = ({ file }) => {
  // What you return is the answer. Try a text instead:
  //   return '<h1>It is ' + new Date().toLocaleTimeString() + '</h1>';
  return file('index.html');
};
`;

const EMPTY_SETTINGS = `{
  "format": 1
}
`;

const EMPTY_404 = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Page not found</title>
    <!-- The slash at the beginning matters: this page is shown at any address of the site. -->
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <main>
      <h1>Page not found</h1>
      <p>There is nothing at this address. <a href="/">Go to the start page</a></p>
    </main>
  </body>
</html>
`;

const EMPTY_STYLE = `/* The site's look. Every page that links to this file shares it. */

:root {
  /* Follow the visitor's choice of a light or a dark screen. */
  color-scheme: light dark;
  /* Named colours: the first for light screens, the second for dark ones. */
  --paper: light-dark(#fdfcf9, #17181c);
  --ink: light-dark(#22252b, #e9e7e2);
  --accent: light-dark(#1a5fb4, #8ab8ff);
}

body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 1.125rem/1.6 system-ui, sans-serif;
}

main {
  /* Lines that are not too long are easier to read. */
  max-width: 36rem;
  margin: 0 auto;
  padding: 18vh 1.5rem 4rem;
}

h1 {
  margin: 0 0 1rem;
  font-size: clamp(2.25rem, 8vw, 3.5rem);
  line-height: 1.1;
  letter-spacing: -0.02em;
}

a {
  color: var(--accent);
}
`;

const LINKS_INDEX = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>My links</title>
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <main>
      <h1>My links</h1>
      <p>Pages that I like to share.</p>
      <!-- One link per line: copy a line, then change its address and its text. -->
      <ul class="links">
        <li><a href="https://developer.mozilla.org/">MDN: everything about the web</a></li>
        <li><a href="https://www.wikipedia.org/">Wikipedia</a></li>
        <li><a href="https://www.openstreetmap.org/">OpenStreetMap</a></li>
      </ul>
    </main>
  </body>
</html>
`;

const LINKS_STYLE = `${EMPTY_STYLE}
/* The list of links: no bullets, each link a button as wide as the page. */
.links {
  display: grid;
  gap: 0.75rem;
  margin: 2rem 0 0;
  padding: 0;
  list-style: none;
}

.links a {
  display: block;
  padding: 0.9rem 1.1rem;
  border: 1px solid color-mix(in srgb, var(--accent) 35%, transparent);
  border-radius: 0.75rem;
  text-decoration: none;
}

.links a:hover {
  background: color-mix(in srgb, var(--accent) 12%, transparent);
}
`;

/** What a server can begin with, the usual choice first. */
export const SITE_TEMPLATES: readonly SiteTemplate[] = [
  {
    id: 'empty',
    title: 'Empty Template',
    description:
      'One page that says hello, a page for wrong addresses, a style sheet, and a first dynamic file.',
    files: [
      { path: 'peerserver.json', text: EMPTY_SETTINGS },
      { path: 'public/index.html', text: EMPTY_INDEX },
      { path: 'public/404.html', text: EMPTY_404 },
      { path: 'public/style.css', text: EMPTY_STYLE },
      { path: 'routes/index.ts', text: EMPTY_ROUTE },
    ],
  },
  {
    id: 'links',
    title: 'Links page',
    description: 'A list of your favourite addresses, ready to be filled.',
    files: [
      { path: 'index.html', text: LINKS_INDEX },
      { path: '404.html', text: EMPTY_404 },
      { path: 'style.css', text: LINKS_STYLE },
    ],
  },
];

/** The template with this id. Throws bad-input for an id from elsewhere. */
export function templateById(id: TemplateId): SiteTemplate {
  const template = SITE_TEMPLATES.find((candidate) => candidate.id === id);
  if (template) return template;
  throw new PeerServerError('bad-input', `There is no template called “${id}”.`);
}
