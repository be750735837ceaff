-- Runs once, before the first request. To change the questions, open the Database page; this file stays as it is.
CREATE TABLE questions (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL,
  a TEXT NOT NULL,
  b TEXT NOT NULL,
  c TEXT NOT NULL,
  d TEXT NOT NULL,
  right_answer TEXT NOT NULL CHECK (right_answer IN ('a', 'b', 'c', 'd'))
);

INSERT INTO questions (text, a, b, c, d, right_answer) VALUES
  ('Which planet is the largest?', 'Saturn', 'Earth', 'Jupiter', 'Neptune', 'c'),
  ('How many legs does a spider have?', 'Six', 'Eight', 'Ten', 'Twelve', 'b'),
  ('Which of these is a prime number?', '21', '27', '29', '33', 'c'),
  ('Who wrote the first computer program?', 'Ada Lovelace', 'Alan Turing', 'Grace Hopper', 'Marie Curie', 'a'),
  ('What does a web browser speak?', 'Morse', 'HTTP', 'Latin', 'MP3', 'b');

CREATE TABLE players (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL
);

CREATE TABLE answers (
  question_id INTEGER NOT NULL REFERENCES questions (id),
  player_id INTEGER NOT NULL REFERENCES players (id),
  answer TEXT NOT NULL,
  PRIMARY KEY (question_id, player_id) -- everybody answers a question once
);

-- One row: where the quiz stands. Phases: waiting, asking, showing (the right answer), over.
CREATE TABLE quiz (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  phase TEXT NOT NULL,
  question_id INTEGER
);
INSERT INTO quiz VALUES (1, 'waiting', NULL);
