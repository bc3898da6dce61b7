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

-- ---- a verdict that was given up can be sent again until its deadline ---------------------------------
-- So its grant stays, sealed, until then: docs/decisions/0021-tokens-until-the-deadline.md.

DO $$
DECLARE
  name text;
BEGIN
  SELECT conname INTO STRICT name FROM pg_constraint
  WHERE conrelid = 'task_results'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%sealed_grant%';
  EXECUTE format('ALTER TABLE task_results DROP CONSTRAINT %I', name);
END
$$;
ALTER TABLE task_results
  ADD CONSTRAINT task_results_grant_kept CHECK (sealed_grant IS NOT NULL OR state IN ('delivered', 'undeliverable')),
  ADD CONSTRAINT task_results_grant_erased CHECK (sealed_grant IS NULL OR state <> 'delivered');

DROP TRIGGER erase_grant ON task_results;
CREATE TRIGGER erase_grant BEFORE UPDATE OF state ON task_results FOR EACH ROW
  WHEN (NEW.state = 'delivered' OR NEW.state = 'undeliverable' AND least(NEW.progress_by, NEW.final_by) <= now())
  EXECUTE FUNCTION erase_grant();

CREATE INDEX task_results_grants_to_erase ON task_results (least(progress_by, final_by))
  WHERE state = 'undeliverable' AND sealed_grant IS NOT NULL;

-- Grants of verdicts that were given up and whose deadline has passed since; how many.
CREATE FUNCTION erase_grants(at_most integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH over AS (
    SELECT id, organization_id FROM task_results
    WHERE state = 'undeliverable' AND sealed_grant IS NOT NULL AND least(progress_by, final_by) <= now()
    ORDER BY least(progress_by, final_by) LIMIT at_most FOR NO KEY UPDATE SKIP LOCKED
  ), erased AS (
    UPDATE task_results t SET sealed_grant = NULL
    FROM over o WHERE t.id = o.id AND t.organization_id = o.organization_id RETURNING t.id
  )
  SELECT count(*)::integer FROM erased
$$;
REVOKE ALL ON FUNCTION erase_grants(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_grants(integer) TO rungate_flow;
GRANT UPDATE (sealed_grant) ON task_results TO rungate_definer;

-- Giving a function away needs a recipient that may create in the schema, for a moment.
GRANT CREATE ON SCHEMA public TO rungate_definer;
ALTER FUNCTION erase_grants(integer) OWNER TO rungate_definer;
REVOKE CREATE ON SCHEMA public FROM rungate_definer;
