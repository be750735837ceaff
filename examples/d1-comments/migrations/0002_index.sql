CREATE INDEX comments_by_author ON comments (author);
