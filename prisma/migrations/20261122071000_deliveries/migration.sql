-- Whom callbacks go to, so that a worker that knows of a failing host takes no others' turns for it.

-- Empty in rows of a version that did not write it: no host is called so, and nothing holds them back.
ALTER TABLE deliveries ADD COLUMN origin text NOT NULL DEFAULT '';
GRANT SELECT (origin) ON deliveries TO rungate_flow;
