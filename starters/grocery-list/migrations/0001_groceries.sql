-- Tables of the list. This file runs once, when the site first starts.

CREATE TABLE categories (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  -- The name of a picture in public/icons/.
  icon TEXT NOT NULL DEFAULT 'basket'
);

CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL
);

CREATE TABLE items (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  category_id INTEGER NOT NULL REFERENCES categories (id),
  -- Who brings it; NULL as long as nobody does.
  person_id INTEGER REFERENCES people (id)
);

INSERT INTO categories (name, icon) VALUES
  ('Fruit and vegetables', 'apple'),
  ('Bakery', 'bread'),
  ('Dairy', 'cheese'),
  ('Drinks', 'bottle'),
  ('Everything else', 'basket');

-- Something to begin with.
INSERT INTO items (name, category_id) VALUES
  ('Apples', 1),
  ('Tomatoes', 1),
  ('Rye bread', 2),
  ('Milk', 3),
  ('Mountain cheese', 3),
  ('Lemonade', 4);
