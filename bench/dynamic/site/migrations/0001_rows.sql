CREATE TABLE rows (id INTEGER PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL);

-- All have four digits, so that all answers have the same length.
WITH RECURSIVE ids (id) AS (
  SELECT 1000 UNION ALL SELECT id + 1 FROM ids WHERE id < 1999
)
INSERT INTO rows
SELECT id, 'Row ' || id, 'A text of some length, as a row of a list or a table on a page has it.'
FROM ids;

CREATE TABLE inserted (id INTEGER PRIMARY KEY, name TEXT NOT NULL, number INTEGER NOT NULL);
