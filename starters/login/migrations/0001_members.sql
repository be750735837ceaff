-- The members. This file runs once, when the site first starts.

CREATE TABLE members (
  id INTEGER PRIMARY KEY,
  -- NOCASE: when there is an Ann, nobody can register as ANN.
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  password_hash TEXT NOT NULL,
  joined TEXT NOT NULL DEFAULT CURRENT_DATE,
  note TEXT NOT NULL DEFAULT ''
);
