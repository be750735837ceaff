import { describe, expect, it } from 'vitest';
import { planProject } from './make-project.ts';

describe('making a project of a site of files', () => {
  it('moves all at the top into public/, with the settings in the same step', () => {
    const plan = planProject(['404.html', 'index.html', 'deep/er/leaf.txt', 'deep/a.txt']);
    expect(plan).toEqual({
      ok: true,
      moves: [
        { from: '404.html', to: 'public/404.html' },
        { from: 'index.html', to: 'public/index.html' },
        { from: 'deep', to: 'public/deep' },
      ],
      files: [{ path: 'peerserver.json', content: expect.stringContaining('"format": 1') }],
    });
  });

  it.each([
    'public/index.html',
    'routes/a.html',
    'templates/a.html',
    'migrations/1.sql',
    'server.ts',
  ])('is refused before anything is done when there is %s', (path) => {
    const plan = planProject(['404.html', 'index.html', path]);
    const name = path.split('/')[0] ?? '';
    expect(plan).toEqual({ ok: false, message: expect.stringContaining(`“${name}”`) });
  });
});
