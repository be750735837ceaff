import type { FileGroup } from '../tree/file-groups.ts';

/** What is asked for a new file of a group, and what becomes of the answer. */
export interface NewFileKind {
  readonly label: string;
  readonly placeholder: string;
  /** @param migration the number of the next migration */
  note(migration: string): string;
  /** The name and content of the file, or what is wrong with what was typed. */
  make(typed: string, migration: string): MadeFile;
}

export type MadeFile =
  | { readonly ok: true; readonly path: string; readonly content: string }
  | { readonly ok: false; readonly message: string };

/** The kind of file that a group's button makes. */
export function newFileOf(group: FileGroup): NewFileKind {
  switch (group.id) {
    case 'pages':
      return {
        label: 'Path',
        placeholder: 'about.html',
        note: () => 'Without an ending it becomes a page: about is about.html',
        make: (typed) => withEnding(typed, '.html', pageText),
      };
    case 'dynamic':
      return {
        label: 'Address',
        placeholder: '/hello',
        note: () => '/plants/[id] answers /plants/1, /plants/2 and so on',
        make: makeRoute,
      };
    case 'templates':
      return {
        label: 'Path',
        placeholder: 'page.hbs',
        note: () => 'A route shows it with render("page", { … })',
        make: (typed) =>
          withEnding(typed.trim().replace(/^templates\//, ''), '.hbs', templateText, 'templates/'),
      };
    case 'database':
      return {
        label: 'What it does',
        placeholder: 'add plants',
        note: (number) => `Becomes ${number}_add_plants.sql; it is applied when it is made live`,
        make: makeMigration,
      };
  }
}

/** What was typed, with an ending if it has none. */
function withEnding(
  typed: string,
  ending: string,
  text: (name: string) => string,
  folder = '',
): MadeFile {
  const name = typed.trim();
  if (name === '' || name.endsWith('/')) {
    return { ok: false, message: `Type a file name, such as about${ending}.` };
  }
  const base = name.slice(name.lastIndexOf('/') + 1);
  const path = base.includes('.') ? name : name + ending;
  const content = path.endsWith(ending) ? text(base.replace(/\.[^.]*$/, '')) : '';
  return { ok: true, path: folder + path, content };
}

function makeRoute(typed: string): MadeFile {
  const name = typed
    .trim()
    .replace(/^(?:routes)?\/+/, '')
    .replace(/\/+$/, '');
  if (typed.trim() === '') return { ok: false, message: 'Type an address, such as /hello.' };
  if (/[?#]/.test(name)) {
    return { ok: false, message: 'Type the address only up to a “?” or “#”.' };
  }
  const file = name === '' ? 'index' : name;
  const path = `routes/${/\.(?:tsx?|jsx?|mjs)$/.test(file) ? file : `${file}.ts`}`;
  const parameter = /\[([A-Za-z_$][\w$]*)\]/.exec(file)?.[1];
  const content = parameter
    ? `export const GET = ({ params }) => \`<h1>\${params.${parameter}}</h1>\`;\n`
    : 'export const GET = () => "<h1>Hello</h1>";\n';
  return { ok: true, path, content };
}

/** Longer names are cut: they are read in a narrow list. */
const MAX_MIGRATION_NAME = 60;

function makeMigration(typed: string, number: string): MadeFile {
  const words = typed
    .trim()
    .replace(/\.sql$/i, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, MAX_MIGRATION_NAME);
  if (words === '') return { ok: false, message: 'Type what it does, such as add plants.' };
  // Somebody who types the number means the same.
  const name = words.startsWith(`${number}_`) ? words : `${number}_${words}`;
  const content = `-- Applied once, when it is made live.\n-- CREATE TABLE plants (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n`;
  return { ok: true, path: `migrations/${name}.sql`, content };
}

function pageText(name: string): string {
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)}</title>
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <h1>${escapeHtml(title)}</h1>
  </body>
</html>
`;
}

function templateText(name: string): string {
  return `<h1>{{title}}</h1>\n{{!-- render("${name.replaceAll('"', '')}", { title: "Hello" }) --}}\n`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
