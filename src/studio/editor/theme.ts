import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** A button or field as those of the studio: `controls.css` has no say within the editor's own panels. */
const CONTROL = {
  minHeight: '2rem',
  margin: '0',
  border: '1px solid var(--line-strong)',
  borderRadius: '6px',
  background: 'var(--surface)',
  color: 'var(--text)',
  font: 'inherit',
};

/** A wave under a problem, drawn as a picture that takes the studio's colour. */
function wave(colour: string) {
  return {
    backgroundImage: 'none',
    textDecoration: `underline wavy ${colour}`,
    textDecorationThickness: '1px',
    textUnderlineOffset: '3px',
    textDecorationSkipInk: 'none',
  };
}

/** The editor in the studio's own colours: all are custom properties, so light and dark follow by themselves. */
export const editorTheme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--surface)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '1.6' },
  '.cm-content': { padding: '12px 0', caretColor: 'var(--accent)' },
  '.cm-placeholder': { color: 'var(--text-quiet)' },
  '.cm-line': { padding: '0 16px 0 6px' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-gutters': {
    color: 'var(--text-faint)',
    backgroundColor: 'var(--surface)',
    border: 'none',
  },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '2.5rem', padding: '0 4px 0 10px' },
  // The selection lies behind the lines.
  '.cm-activeLine': { backgroundColor: 'color-mix(in oklab, var(--text) 4%, transparent)' },
  '.cm-activeLineGutter': { color: 'var(--text-quiet)', backgroundColor: 'var(--code-line)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'var(--code-selection)' },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--code-selection)',
    outline: '1px solid var(--line-strong)',
  },
  '.cm-selectionMatch': { backgroundColor: 'transparent', outline: '1px solid var(--line-strong)' },
  '.cm-searchMatch': {
    backgroundColor: 'var(--caution-soft)',
    outline: '1px solid var(--caution)',
  },
  '.cm-searchMatch.cm-searchMatch-selected': { backgroundColor: 'var(--code-selection)' },

  // Folding
  '.cm-foldGutter .cm-gutterElement': { width: '1rem', padding: '0', cursor: 'pointer' },
  '.fold-marker': { display: 'grid', height: '1.6em', placeItems: 'center', opacity: '0' },
  '.fold-marker::before': {
    width: '5px',
    height: '5px',
    borderRight: '1.5px solid currentcolor',
    borderBottom: '1.5px solid currentcolor',
    content: '""',
    transform: 'translateY(-2px) rotate(45deg)',
  },
  '.fold-marker.folded': { opacity: '1' },
  '.fold-marker.folded::before': { transform: 'translateX(-1px) rotate(-45deg)' },
  '.cm-gutters:hover .fold-marker': { opacity: '1' },
  '.cm-foldPlaceholder': {
    padding: '0 6px',
    border: '1px solid var(--line)',
    backgroundColor: 'var(--surface-sunken)',
    color: 'var(--text-quiet)',
  },

  // Hints and completion
  '.cm-tooltip': {
    zIndex: '10',
    overflow: 'hidden',
    color: 'var(--text)',
    backgroundColor: 'var(--surface-raised)',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    maxHeight: '15rem',
    fontFamily: 'var(--font-code)',
    fontSize: 'var(--size-small)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '4px 10px', lineHeight: '1.4' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: 'var(--text)',
    backgroundColor: 'var(--code-selection)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': { color: 'var(--text-quiet)', fontStyle: 'normal' },
  '.cm-tooltip.cm-completionInfo': {
    maxWidth: '22rem',
    padding: '6px 10px',
    color: 'var(--text-quiet)',
    fontSize: 'var(--size-small)',
  },
  '.cm-snippetField': { backgroundColor: 'var(--code-selection)' },

  // Problems
  '.cm-lintRange-error': wave('var(--danger)'),
  '.cm-lintRange-warning': wave('var(--caution)'),
  '.cm-lintRange-active': { backgroundColor: 'var(--danger-soft)' },
  '.cm-lintPoint-error::after': { borderBottomColor: 'var(--danger)' },
  '.cm-gutter-lint': { width: '0.875rem' },
  '.cm-gutter-lint .cm-gutterElement': { display: 'grid', padding: '0', placeItems: 'center' },
  '.cm-lint-marker': { width: '8px', height: '8px', borderRadius: '50%' },
  '.cm-lint-marker-error': { content: 'none', backgroundColor: 'var(--danger)' },
  '.cm-lint-marker-warning': { content: 'none', backgroundColor: 'var(--caution)' },
  '.cm-diagnostic': {
    padding: '6px 10px',
    fontFamily: 'var(--font)',
    fontSize: 'var(--size-small)',
  },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--danger)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--caution)' },

  // Panels
  '.cm-panels': {
    backgroundColor: 'var(--surface-sunken)',
    color: 'var(--text)',
    fontFamily: 'var(--font)',
    fontSize: 'var(--size-small)',
  },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-panel.cm-search, .cm-panel.cm-dialog': {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: '6px',
    padding: '8px 40px 8px 12px',
  },
  '.cm-panel.cm-search br': { flexBasis: '100%', height: '0', content: '""' },
  '.cm-panel.cm-search label, .cm-panel.cm-dialog label': {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '4px',
    margin: '0 4px',
    fontSize: 'inherit',
  },
  '.cm-panel.cm-search input[type=checkbox]': { margin: '0', accentColor: 'var(--accent)' },
  '.cm-panel .cm-textfield': { ...CONTROL, minWidth: '8rem', flex: '0 1 16rem', padding: '0 8px' },
  '.cm-panel .cm-button': { ...CONTROL, padding: '0 10px', fontWeight: '500', cursor: 'pointer' },
  '.cm-panel .cm-button:hover': { borderColor: 'var(--text-quiet)' },
  '.cm-panel.cm-search [name=close], .cm-panel .cm-dialog-close, .cm-panel-lint [name=close]': {
    position: 'absolute',
    top: '8px',
    right: '8px',
    width: '2rem',
    height: '2rem',
    padding: '0',
    borderRadius: '6px',
    color: 'var(--text-quiet)',
    fontSize: '1.125rem',
    cursor: 'pointer',
  },
  '.cm-panel.cm-panel-lint ul': { maxHeight: '9rem' },
  '.cm-panel.cm-panel-lint ul [aria-selected], .cm-panel.cm-panel-lint ul:focus [aria-selected]': {
    background: 'var(--code-selection)',
    color: 'var(--text)',
    '& u': { textDecoration: 'none' },
  },
  '.cm-panel.cm-panel-lint .cm-diagnostic': { paddingRight: '44px' },

  // What differs from the live text
  '&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine': {
    backgroundColor: 'color-mix(in oklab, var(--accent) 9%, transparent)',
  },
  '&.cm-merge-b .cm-changedText, & .cm-insertedLine': {
    background: 'var(--code-added-text)',
  },
  '.cm-deletedChunk': { padding: '0', backgroundColor: 'var(--code-removed)' },
  '.cm-deletedChunk .cm-deletedLine': { padding: '0 16px 0 6px' },
  '.cm-deletedChunk .cm-deletedText, & .cm-deletedLine del': {
    background: 'var(--code-removed-text)',
    textDecoration: 'none',
  },
  '.cm-deletedChunk .cm-chunkButtons': { zIndex: '1', insetInlineEnd: '8px' },
  '.cm-deletedChunk .discard-change': {
    ...CONTROL,
    minHeight: '1.625rem',
    padding: '0 8px',
    fontFamily: 'var(--font)',
    fontSize: '0.75rem',
    fontWeight: '500',
    cursor: 'pointer',
  },
  '.cm-changeGutter': { width: '3px', paddingLeft: '0' },
  '&.cm-merge-b .cm-changedLineGutter': { background: 'var(--accent)' },
  '.cm-deletedLineGutter': { background: 'var(--danger)' },
});

/** Few colours: names of things, values, words of the language, and what is only said in passing. */
export const highlightStyle = HighlightStyle.define([
  { tag: [tags.comment, tags.meta], color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: [tags.string, tags.attributeValue, tags.regexp], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.unit], color: 'var(--code-number)' },
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: 'var(--code-keyword)' },
  { tag: [tags.tagName, tags.heading, tags.className, tags.typeName], color: 'var(--code-tag)' },
  { tag: [tags.attributeName, tags.propertyName, tags.labelName], color: 'var(--code-name)' },
  { tag: [tags.angleBracket, tags.punctuation, tags.documentMeta], color: 'var(--text-quiet)' },
  { tag: tags.heading, fontWeight: '600' },
  { tag: tags.strong, fontWeight: '700' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: [tags.link, tags.url], color: 'var(--accent-text)', textDecoration: 'underline' },
]);
