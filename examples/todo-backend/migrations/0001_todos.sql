CREATE TABLE todos (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  completed INTEGER NOT NULL DEFAULT 0,
  -- The word means something in SQL, so it stands in quotes.
  "order" INTEGER
);
