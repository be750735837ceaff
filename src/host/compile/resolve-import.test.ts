import { describe, expect, it } from 'vitest';
import { resolveImport } from './resolve-import.ts';

describe('an import of a file that is not there', () => {
  const hint = (specifier: string, importer: string) => {
    const found = resolveImport(specifier, importer, new Set(['server.ts']));
    return found.ok ? found.path : found.hint;
  };

  it('is told with the name that the file would have', () => {
    expect(hint('./helpers', 'lib/a.ts')).toContain('the file "lib/helpers.ts"');
    expect(hint('./logo.png', 'lib/a.ts')).toContain('the file "lib/logo.png"');
  });

  it('is told with the name of one that is no address, below routes/', () => {
    expect(hint('./helpers', 'routes/a.ts')).toContain('Make "routes/_helpers.ts" instead');
    expect(hint('./_helpers', 'routes/a.ts')).toContain('the file "routes/_helpers.ts" of this');
  });
});
