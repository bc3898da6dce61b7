-- Whom callbacks go to, so that a worker that knows of a failing host takes no others' turns for it.

-- Empty in rows of a version that did not write it: no host is called so, and nothing holds them back.
ALTER TABLE deliveries ADD COLUMN origin text NOT NULL DEFAULT '';
GRANT SELECT (origin) ON deliveries TO rungate_flow;

-- What a server said when it did not take a callback, redacted. An organization's people see the status and the title of an
-- error alone: they choose, within bounds, whom we call, and must not read through us what they cannot reach.
ALTER TABLE delivery_attempts ADD COLUMN answer text CHECK (length(answer) <= 2000);
REVOKE SELECT ON delivery_attempts FROM rungate_organization;
GRANT SELECT (organization_id, id, delivery_id, started_at, finished_at, status, answer_class, error, duration_ms)
  ON delivery_attempts TO rungate_organization;
GRANT UPDATE (answer) ON delivery_attempts TO rungate_organization;
