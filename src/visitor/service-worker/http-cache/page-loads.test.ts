import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../protocol/testing/manual-clock.ts';
import { type LoadedBy, PageLoads } from './page-loads.ts';

const URL = 'http://garden.localhost:8890/page';

function navigation(fields: Partial<LoadedBy> = {}): LoadedBy {
  return {
    url: URL,
    isNavigation: true,
    cache: 'default',
    clientId: '',
    resultingClientId: 'new',
    ...fields,
  };
}

function part(clientId: string): LoadedBy {
  return { ...navigation(), isNavigation: false, clientId, resultingClientId: '' };
}

describe('a reload that the shell has told of', () => {
  it('makes navigations to the address reloads until one was answered, and nothing else', () => {
    const loads = new PageLoads(new ManualClock());
    loads.expectReload(`${URL}#part`, 'no-cache');
    expect(loads.modeOf(navigation({ url: `${URL}/other` }))).toBe('default');
    loads.answered(`${URL}/other`);
    expect(loads.modeOf(part('new'))).toBe('default');
    expect(loads.modeOf(navigation())).toBe('no-cache');
    expect(loads.modeOf(navigation())).toBe('no-cache');
    expect(loads.modeOf(part('new'))).toBe('default');
    loads.answered(URL);
    expect(loads.modeOf(navigation())).toBe('default');
  });

  it('past all caches is one for the parts of the page, too', () => {
    const loads = new PageLoads(new ManualClock());
    loads.expectReload(URL, 'reload');
    expect(loads.modeOf(navigation())).toBe('reload');
    expect(loads.modeOf(part('new'))).toBe('reload');
    expect(loads.modeOf(part('other'))).toBe('default');
    loads.answered(URL);
    expect(loads.modeOf(navigation({ clientId: 'new', resultingClientId: 'next' }))).toBe(
      'default',
    );
  });

  it('leaves modes alone that a page has chosen', () => {
    const loads = new PageLoads(new ManualClock());
    loads.expectReload(URL, 'reload');
    expect(loads.modeOf(navigation({ cache: 'force-cache' }))).toBe('force-cache');
  });

  it('is forgotten when the frame does not come for a minute', () => {
    const clock = new ManualClock();
    const loads = new PageLoads(clock);
    loads.expectReload(URL, 'no-cache');
    clock.advance(61_000);
    expect(loads.modeOf(navigation())).toBe('default');
  });

  it('is one of 64 at most: scripts of a site can tell of reloads, too', () => {
    const loads = new PageLoads(new ManualClock());
    for (let index = 0; index < 65; index += 1) loads.expectReload(`${URL}${index}`, 'reload');
    expect(loads.modeOf(navigation({ url: `${URL}0` }))).toBe('default');
    for (let index = 1; index < 65; index += 1) {
      const resultingClientId = `client ${index}`;
      expect(loads.modeOf(navigation({ url: `${URL}${index}`, resultingClientId }))).toBe('reload');
    }
  });
});
