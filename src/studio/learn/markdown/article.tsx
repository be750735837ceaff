import { marked, type Token, type Tokens } from 'marked';
import type { ComponentChildren } from 'preact';
import { RequestWay } from '../request-way.tsx';
import { CodeBlock } from './code-block.tsx';
import { headingIds, type SeenIds } from './heading-ids.ts';
import { Inline } from './inline.tsx';

/** Pictures that a page asks for with a block of code in the language `picture`. */
const PICTURES: Readonly<Record<string, () => ComponentChildren>> = { 'request-way': RequestWay };

/** A page written in Markdown. HTML in it is left out but for `<kbd>`. */
export function Article({ text }: { readonly text: string }) {
  const tokens = marked.lexer(text);
  const ids = headingIds();
  const [title, rest] = [tokens.slice(0, 1), tokens.slice(1)];
  return (
    <article class="article">
      {title.map((token, index) => (
        <Block key={index} token={token} ids={ids} />
      ))}
      <Contents tokens={tokens} />
      {rest.map((token, index) => (
        <Block key={index} token={token} ids={ids} />
      ))}
    </article>
  );
}

/** From this many sections on a page has a list of them. */
const CONTENTS_FROM = 4;

function Contents({ tokens }: { readonly tokens: readonly Token[] }) {
  const ids = headingIds();
  const sections = tokens.flatMap((token) => {
    if (!isHeading(token)) return [];
    const id = ids(token.text);
    return token.depth === 2 ? [{ id, token }] : [];
  });
  if (sections.length < CONTENTS_FROM) return null;
  return (
    <nav class="contents" aria-label="On this page">
      <ul>
        {sections.map(({ id, token }) => (
          <li key={id}>
            <a href={`#${id}`}>
              <Inline tokens={token.tokens} />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading';
}

function Block({ token, ids }: { readonly token: Token; readonly ids: SeenIds }) {
  switch (token.type) {
    case 'heading':
      return <Heading token={token as Tokens.Heading} ids={ids} />;
    case 'paragraph':
      return <Paragraph tokens={token.tokens ?? []} />;
    case 'text':
      return <Inline tokens={token.tokens ?? [token]} />;
    case 'code':
      return <Code token={token as Tokens.Code} />;
    case 'list':
      return <List token={token as Tokens.List} ids={ids} />;
    case 'table':
      return <Table token={token as Tokens.Table} />;
    case 'blockquote':
      return (
        <blockquote>
          {(token.tokens ?? []).map((inner, index) => (
            <Block key={index} token={inner} ids={ids} />
          ))}
        </blockquote>
      );
    default:
      return null;
  }
}

function Heading({ token, ids }: { readonly token: Tokens.Heading; readonly ids: SeenIds }) {
  const id = ids(token.text);
  const words = <Inline tokens={token.tokens} />;
  if (token.depth === 1) return <h1>{words}</h1>;
  return token.depth === 2 ? <h2 id={id}>{words}</h2> : <h3 id={id}>{words}</h3>;
}

/** A path alone in its paragraph names the block of code after it. */
function Paragraph({ tokens }: { readonly tokens: readonly Token[] }) {
  const [only] = tokens;
  const isPath = tokens.length === 1 && only?.type === 'codespan';
  return (
    <p class={isPath ? 'code-path' : undefined}>
      <Inline tokens={tokens} />
    </p>
  );
}

function Code({ token }: { readonly token: Tokens.Code }) {
  if (token.lang !== 'picture') return <CodeBlock text={token.text} language={token.lang ?? ''} />;
  const Picture = PICTURES[token.text];
  return Picture ? <Picture /> : null;
}

function List({ token, ids }: { readonly token: Tokens.List; readonly ids: SeenIds }) {
  const items = token.items.map((item, index) => (
    <li key={index}>
      {item.tokens.map((inner, place) => (
        <Block key={place} token={inner} ids={ids} />
      ))}
    </li>
  ));
  return token.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

/** Wide ones scroll by themselves, by keyboard too, and not the page. */
function Table({ token }: { readonly token: Tokens.Table }) {
  // By its columns, so that several on one page are told apart.
  const name = `Table: ${token.header.flatMap(({ text }) => text || []).join(', ')}`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-scroll" tabIndex={0} aria-label={name}>
      <table>
        <thead>
          <tr>
            {token.header.map((cell, index) =>
              cell.text === '' ? (
                <td key={index} />
              ) : (
                <th key={index} scope="col">
                  <Inline tokens={cell.tokens} />
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>
                  <Inline tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
