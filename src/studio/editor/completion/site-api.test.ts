import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  CONTEXT,
  type Descriptions,
  EXPORTED_TYPES,
  EXPORTS,
  MEMBERS,
  STATEMENT,
} from './site-api.ts';

const TYPES = readFileSync(
  new URL('../../../host/runtime/public-types.ts', import.meta.url),
  'utf8',
);

/** Names of the members that an interface or a type's object declares: those two spaces within it. */
function membersOf(name: string): string[] {
  const declared = new RegExp(`export (?:interface|type) ${name}\\b[^{]*\\{\n(.*?)\n\\}`, 's');
  const body = declared.exec(TYPES)?.[1];
  if (body === undefined) throw new Error(`${name} is not declared.`);
  const names = [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(<:]/gm)].map(([, found]) => found);
  return [...new Set(names)].map(String).sort();
}

const namesOf = (descriptions: Descriptions | undefined) => Object.keys(descriptions ?? {}).sort();

describe('what the editor offers', () => {
  it.each<[string, Descriptions | undefined]>([
    ['RouteContext', CONTEXT],
    ['D1Database', MEMBERS.db],
    ['D1Database', MEMBERS['env.DB']],
    ['D1PreparedStatement', STATEMENT],
    ['Assets', MEMBERS['env.ASSETS']],
    ['Env', MEMBERS.env],
    ['Session', MEMBERS.session],
    ['Cookies', MEMBERS.cookies],
    ['Log', MEMBERS.log],
  ])('is each member of %s, and nothing else', (name, offered) => {
    expect(namesOf(offered)).toEqual(membersOf(name));
  });

  it('is each function of the package', () => {
    const declared = [...TYPES.matchAll(/^export declare function (\w+)/gm)];
    expect(namesOf(EXPORTS)).toEqual(declared.map(([, name]) => String(name)).sort());
  });

  it('has no types that are not there, and a line about each name', () => {
    for (const name of Object.keys(EXPORTED_TYPES)) {
      expect(TYPES).toMatch(new RegExp(`^export (?:interface|type) ${name}\\b`, 'm'));
    }
    const tables = [CONTEXT, EXPORTS, EXPORTED_TYPES, STATEMENT, ...Object.values(MEMBERS)];
    for (const line of tables.flatMap((table) => Object.values(table))) {
      expect(line.length).toBeGreaterThan(3);
      expect(line).not.toMatch(/[\n]|\.$/);
    }
  });
});
