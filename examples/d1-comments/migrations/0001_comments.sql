CREATE TABLE comments (
  id INTEGER PRIMARY KEY,
  author TEXT NOT NULL,
  content TEXT NOT NULL
);

INSERT INTO comments (author, content) VALUES
  ('Kristian', 'Congratulations!'),
  ('Serena', 'Great <job>!'),
  ('Max', 'Keep it up & enjoy it');
