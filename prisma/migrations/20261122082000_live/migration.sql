-- What consoles watch (docs/decisions/0023-live-events.md): the rows are the log. Each knows when it was changed last, and
-- whoever watches reads what was changed since.

ALTER TABLE run_tasks ADD COLUMN changed_at timestamptz;
ALTER TABLE organizations ADD COLUMN changed_at timestamptz;
ALTER TABLE run_tasks ALTER COLUMN changed_at SET DEFAULT now();
ALTER TABLE organizations ALTER COLUMN changed_at SET DEFAULT now();
CREATE INDEX task_results_changes ON task_results (changed_at);
CREATE INDEX run_tasks_changes ON run_tasks (changed_at);
CREATE INDEX organizations_changes ON organizations (changed_at);

-- At the moment of the write, not of the transaction's begin: so that little can come late. What is written once a second, as
-- the ends of leases are, is no change.
CREATE FUNCTION note_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.changed_at := clock_timestamp();
  RETURN NEW;
END
$$;
-- The three statements of every task result (claim, decide, the end of its delivery) note the change themselves.
CREATE TRIGGER note_change BEFORE UPDATE OF state, attempt, progress_by, decide_at ON task_results
  FOR EACH ROW WHEN (NEW.changed_at IS NOT DISTINCT FROM OLD.changed_at) EXECUTE FUNCTION note_change();
CREATE TRIGGER note_change BEFORE UPDATE ON run_tasks FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE TRIGGER note_change BEFORE UPDATE OF display_name, tags, weight, max_in_flight, state, purge_at ON organizations
  FOR EACH ROW EXECUTE FUNCTION note_change();

REVOKE ALL ON FUNCTION note_change() FROM PUBLIC;
