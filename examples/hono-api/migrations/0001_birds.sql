-- Files in migrations/ run once each, in the order of their names, before the site answers anybody.
CREATE TABLE birds (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  seen INTEGER NOT NULL DEFAULT 1
);

INSERT INTO birds (name, seen) VALUES ('Robin', 12), ('Wren', 3), ('Barn owl', 1);
