import type { Token, Tokens } from 'marked';
import type { ComponentChildren } from 'preact';
import { learnHref } from './learn-href.ts';

/** A run of words with what is in it: emphasis, code, links. */
export function Inline({ tokens }: { readonly tokens: readonly Token[] }) {
  const parts: ComponentChildren[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (!token) break;
    if (token.type === 'html' && token.raw === '<kbd>') {
      const end = tokens.findIndex((other, at) => at > index && other.raw === '</kbd>');
      const inside = tokens.slice(index + 1, end < 0 ? undefined : end);
      parts.push(<kbd>{inside.map(({ raw }) => raw).join('')}</kbd>);
      index = end < 0 ? tokens.length : end;
    } else parts.push(<Part token={token} />);
  }
  return <>{parts}</>;
}

function Part({ token }: { readonly token: Token }) {
  switch (token.type) {
    case 'text':
    case 'escape':
      return 'tokens' in token && token.tokens ? <Inline tokens={token.tokens} /> : token.text;
    case 'strong':
      return (
        <strong>
          <Inline tokens={token.tokens ?? []} />
        </strong>
      );
    case 'em':
      return (
        <em>
          <Inline tokens={token.tokens ?? []} />
        </em>
      );
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Link token={token as Tokens.Link} />;
    default:
      return null;
  }
}

function Link({ token }: { readonly token: Tokens.Link }) {
  const href = learnHref(token.href);
  const words = <Inline tokens={token.tokens} />;
  return href === undefined ? words : <a href={href}>{words}</a>;
}
