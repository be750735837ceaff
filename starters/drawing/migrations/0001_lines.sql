-- Everything that is drawn, in pieces. This file runs once, when the site first starts.

CREATE TABLE lines (
  id INTEGER PRIMARY KEY,
  colour TEXT NOT NULL,
  width INTEGER NOT NULL,
  -- The points that it goes through, as JSON: [x, y, x, y, …]. The paper is 1600 wide and 1000 high.
  points TEXT NOT NULL
);
