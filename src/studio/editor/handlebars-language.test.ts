import { CompletionContext } from '@codemirror/autocomplete';
import { ensureSyntaxTree } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { completeHelpers, handlebars } from './handlebars-language.ts';

function state(doc: string): EditorState {
  return EditorState.create({ doc, extensions: handlebars() });
}

describe('Handlebars in the editor', () => {
  it('is read together with the HTML around it', () => {
    const text = '<ul class="{{kind}}">{{#each items}}<li>{{name}}</li>{{/each}}</ul>';
    const tree = ensureSyntaxTree(state(text), text.length, 10_000);
    const nameAt = (piece: string) => tree?.resolveInner(text.indexOf(piece) + 1, 1).name;
    expect(nameAt('<ul')).toBe('TagName');
    expect(nameAt('<li')).toBe('TagName');
    expect(nameAt('#each')).toBe('BIHelper');
    expect(nameAt('name}}')).toBe('Identifier');
  });

  it('offers its helpers behind the braces, and only there', () => {
    const offered = (text: string) =>
      completeHelpers(new CompletionContext(state(text), text.length, false))?.options.map(
        ({ label }) => label,
      );
    expect(offered('<p>{{#e')).toContain('#each');
    expect(offered('<p>{{@')).toContain('@index');
    expect(offered('<p>')).toBeUndefined();
    expect(offered('{{> row ')).toBeUndefined();
  });
});
