-- Shows that users like.
--
-- The key finds the shows of a user; the index counts the users of a show, without looking at the rows.
CREATE TABLE show_like (
    user_id  INTEGER NOT NULL REFERENCES user (id),
    show_id  INTEGER NOT NULL REFERENCES show (id),
    liked_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, show_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX show_like_show ON show_like (show_id);
