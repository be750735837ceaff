import { describe, expect, it } from 'vitest';
import { MAX_MIGRATION_LENGTH, readSchema } from './table-schema.ts';

describe('the tables that migrations make', () => {
  it('have the columns that stand in them', () => {
    const first = `-- CREATE TABLE never (x);
      CREATE TABLE IF NOT EXISTS "plants" (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL CHECK (length(name) < 80),
        "planted" TEXT DEFAULT (datetime('now')),
        FOREIGN KEY (id) REFERENCES garden (id),
        UNIQUE (name)
      );
      INSERT INTO plants (name) VALUES ('Fern');`;
    const second = `alter table plants add column height REAL;
      CREATE VIRTUAL TABLE notes USING fts5(title, body, tokenize = 'porter');`;
    expect(readSchema([first, second])).toEqual({
      plants: ['id', 'name', 'planted', 'height'],
      notes: ['title', 'body'],
    });
  });

  it.each([
    ['', {}],
    ['CREATE TABLE', {}],
    ['CREATE TABLE a (', { a: [] }],
    ['CREATE TABLE a (b, c', { a: ['b', 'c'] }],
  ])('can be unfinished: %j', (text, tables) => {
    expect(readSchema([text])).toEqual(tables);
  });

  it('are read from a bounded part of hostile text', () => {
    const hostile = `${' '.repeat(MAX_MIGRATION_LENGTH)}CREATE TABLE late (a);`;
    expect(readSchema([hostile])).toEqual({});
    expect(readSchema(['CREATE TABLE a ('.repeat(50_000)])).toBeDefined();
  });
});
