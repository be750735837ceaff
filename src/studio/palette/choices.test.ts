import { describe, expect, it } from 'vitest';
import type { NamedFile } from '../files/names/file-path.ts';
import type { Command } from '../session/commands.ts';
import { chooseCommands, chooseFiles, MAX_CHOICES } from './choices.ts';

function command(id: string, title: string, enabled = true): Command {
  return { id, title, group: 'Help', enabled: () => enabled, run: () => {} };
}

function file(path: string): NamedFile {
  return { path, name: path, size: 1, modified: 0, type: 'text/html', status: 'live' };
}

const COMMANDS = [
  command('files.new', 'New file…'),
  command('go.log', 'Show the log'),
  command('off', 'Show nothing', false),
  command('share', 'Share…'),
];

describe('the commands to choose from', () => {
  it('are those that make sense now, the ones used last first', () => {
    const ids = (recent: string[]) => chooseCommands(COMMANDS, '', recent).map(({ id }) => id);
    expect(ids([])).toEqual(['files.new', 'go.log', 'share']);
    expect(ids(['share', 'gone', 'go.log'])).toEqual(['share', 'go.log', 'files.new']);
  });

  it('are those that match what is typed, the best first', () => {
    const titles = chooseCommands(COMMANDS, 'sh', ['go.log']).map(({ title }) => title);
    // Of two that match alike the shorter one comes first, whatever was used last.
    expect(titles).toEqual(['Share…', 'Show the log']);
    expect(chooseCommands(COMMANDS, 'xyz', [])).toEqual([]);
  });
});

describe('the files to choose from', () => {
  it('are a bounded number, found quickly among thousands', () => {
    const files = Array.from({ length: 2000 }, (_, index) =>
      file(`public/photos/summer-${index}/picture-${index}.jpg`),
    );
    expect(chooseFiles(files, '', () => {})).toHaveLength(MAX_CHOICES);
    const [first] = chooseFiles(files, 'pic1999', () => {});
    expect(first?.title).toBe('public/photos/summer-1999/picture-1999.jpg');
  });

  it('open at the line that is typed behind a colon', () => {
    const opened: unknown[] = [];
    const files = [file('a.ts'), file('b.ts')];
    chooseFiles(files, 'b:12', (path, line) => opened.push([path, line]))[0]?.run();
    chooseFiles(files, 'a:', (path, line) => opened.push([path, line]))[0]?.run();
    expect(opened).toEqual([
      ['b.ts', 12],
      ['a.ts', undefined],
    ]);
  });
});
