-- The question, its answers, and the votes. This file runs once, when the site first starts.

CREATE TABLE poll (
  question TEXT NOT NULL
);

CREATE TABLE answers (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  -- Address of a small picture.
  picture TEXT NOT NULL DEFAULT '/pictures/star.svg'
);

CREATE TABLE votes (
  -- A primary key is there only once. That is what makes it one vote each.
  visitor TEXT PRIMARY KEY,
  answer_id INTEGER NOT NULL REFERENCES answers (id)
);

INSERT INTO poll (question) VALUES ('Where shall we go on Saturday?');

INSERT INTO answers (text, picture) VALUES
  ('To the lake', '/pictures/lake.svg'),
  ('Up the mountain', '/pictures/mountain.svg'),
  ('To the museum', '/pictures/museum.svg'),
  ('We stay at home', '/pictures/home.svg');
