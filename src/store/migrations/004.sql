-- Which models a provider told when it was asked last, at which address. A copy of what can be asked again.

CREATE TABLE offers (
    provider  TEXT PRIMARY KEY,
    address   TEXT NOT NULL,
    listed_at INTEGER NOT NULL,
    models    TEXT NOT NULL
) STRICT;
