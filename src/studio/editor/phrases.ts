/** CodeMirror's words in the studio's manner. */
export const PHRASES: Readonly<Record<string, string>> = {
  Find: 'Find',
  Replace: 'Replace with',
  next: 'Next',
  previous: 'Previous',
  all: 'Select all',
  'match case': 'Match case',
  regexp: 'Regular expression',
  'by word': 'Whole words',
  replace: 'Replace',
  'replace all': 'Replace all',
  close: 'Close',
  'Go to line': 'Go to line',
  go: 'Go',
  'No diagnostics': 'No problems',
  Diagnostics: 'Problems',
};
