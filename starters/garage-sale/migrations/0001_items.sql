-- Tables of the sale. This file runs once, when the site first starts.

CREATE TABLE items (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  category TEXT NOT NULL,
  price INTEGER NOT NULL,
  -- Address of a picture: a file of public/, or /photos/1 for one of the table below.
  picture TEXT NOT NULL,
  -- All three are NULL as long as nobody has reserved it.
  reserved_by TEXT,
  contact TEXT,
  -- Which visitor that is. Kept in the visitor's session, too, so that nobody else can cancel.
  visitor TEXT
);

CREATE TABLE photos (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  bytes BLOB NOT NULL
);

INSERT INTO items (title, description, category, price, picture) VALUES
  ('Reading lamp', 'Bends in every direction. With a bulb that still works.', 'Living', 12, '/pictures/lamp.svg'),
  ('Armchair', 'Soft, deep, and much slept in. You have to fetch it yourself.', 'Living', 40, '/pictures/armchair.svg'),
  ('Bicycle', 'Three gears, new brakes, and a bell that can be heard.', 'Outdoors', 85, '/pictures/bicycle.svg'),
  ('Box of novels', 'About thirty, most of them crime. Only together.', 'Books and music', 9, '/pictures/books.svg'),
  ('Record player', 'Plays 33 and 45. One record is on it, and comes with it.', 'Books and music', 55, '/pictures/records.svg'),
  ('Teapot', 'Holds a litre, drips a little.', 'Kitchen', 6, '/pictures/teapot.svg'),
  ('Wooden train', 'An engine and two wagons. Loved by three children.', 'Toys', 8, '/pictures/train.svg'),
  ('Watering can', 'Ten litres, no holes but the right ones.', 'Outdoors', 0, '/pictures/watering-can.svg');
