-- Rooms and what was said in them. This file runs once, when the site first starts.

CREATE TABLE rooms (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE
);

CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  room_id INTEGER NOT NULL REFERENCES rooms (id),
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  -- When, by the clock in Greenwich: 2026-03-01T09:30:00Z
  sent TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ'))
);

-- Makes it quick to find the messages of a room, however many there are.
CREATE INDEX messages_of_room ON messages (room_id, id);

INSERT INTO rooms (name) VALUES ('Kitchen'), ('Garden'), ('Workshop');
