-- Retention by age: a task result past its organization's retention becomes its own tombstone, which goes later
-- (docs/decisions/0022-tombstones.md).

ALTER TABLE task_results
  -- When all was removed but what tells it apart, its verdict and its moments.
  ADD COLUMN purged_at timestamptz(3),
  ADD CONSTRAINT task_results_purged CHECK (
    purged_at IS NULL
    OR state IN ('delivered', 'undeliverable') AND message IS NULL AND reason IS NULL AND sealed_grant IS NULL AND trying IS NULL);
-- Whose details are still there, of each organization by age. Only who asks for `purged_at IS NULL` is shown it.
CREATE INDEX task_results_aging ON task_results (organization_id, received_at)
  WHERE purged_at IS NULL AND state IN ('delivered', 'undeliverable');
CREATE INDEX task_results_tombstones ON task_results (purged_at) WHERE purged_at IS NOT NULL;

ALTER TABLE organizations
  -- When its task results are looked through for those that are past its retention.
  ADD COLUMN look_for_aged_at timestamptz(3) NOT NULL DEFAULT now();
CREATE INDEX organizations_look_for_aged ON organizations (look_for_aged_at);

-- Facts of a request as a tombstone keeps them: what a list shows. The others are as if the request had not named them.
CREATE FUNCTION facts_of_tombstone(facts jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(jsonb_object_agg(key, CASE WHEN key IN (
      'stage', 'task_result_id', 'task_result_enforcement_level', 'capabilities', 'is_speculative', 'organization_name',
      'workspace_id', 'workspace_name', 'run_id'
    ) THEN value ELSE 'null' END), '{}')
  FROM jsonb_each(facts)
$$;

-- Makes tombstones of some task results of the organization whose turn it is: those with much to remove take turns, each
-- other one is looked at once an hour. Null when it is nobody's turn. What another keeper holds, and what is not over, is
-- left out.
CREATE FUNCTION purge_aged(at_most integer, OUT organization_id uuid, OUT purged integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
-- By the order of the index, whatever the planner expects: a backlog must not be sorted for its first hundred.
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
  turn record;
  aged uuid[];
BEGIN
  -- What a crash of Postgres undoes is done again: no wait for the disk.
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT o.id, o.retention_days INTO turn FROM organizations o
  WHERE o.look_for_aged_at <= now() ORDER BY o.look_for_aged_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  aged := ARRAY(
    SELECT t.id FROM task_results t
    WHERE t.organization_id = turn.id AND t.purged_at IS NULL AND t.state IN ('delivered', 'undeliverable')
      AND t.received_at <= now() - turn.retention_days * interval '1 day' AND t.final_by <= now()
    ORDER BY t.received_at LIMIT at_most FOR NO KEY UPDATE SKIP LOCKED
  );
  IF aged <> '{}' THEN
    DELETE FROM check_results c WHERE c.task_result_id = ANY (aged) AND c.organization_id = turn.id;
    -- Their attempts go with them.
    DELETE FROM deliveries d WHERE d.task_result_id = ANY (aged) AND d.organization_id = turn.id;
    UPDATE task_results t
    SET purged_at = now(), facts = facts_of_tombstone(t.facts), message = NULL, reason = NULL, sealed_grant = NULL, trying = NULL
    WHERE t.id = ANY (aged) AND t.organization_id = turn.id;
  END IF;
  organization_id := turn.id;
  purged := cardinality(aged);
  UPDATE organizations o
  SET look_for_aged_at = CASE WHEN purged = at_most THEN clock_timestamp() ELSE now() + interval '1 hour' END
  WHERE o.id = turn.id;
END
$$;

-- Removes some tombstones that are old enough, oldest first; how many. The age stands here, so that nobody who serves can ask
-- for less.
CREATE FUNCTION sweep_tombstones(at_most integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  WITH old AS (
    SELECT t.id, t.organization_id FROM task_results t
    WHERE t.purged_at <= now() - interval '400 days' ORDER BY t.purged_at LIMIT at_most FOR UPDATE SKIP LOCKED
  ), removed AS (
    DELETE FROM task_results t USING old WHERE t.id = old.id AND t.organization_id = old.organization_id RETURNING t.id
  )
  SELECT count(*)::integer FROM removed
$$;

GRANT UPDATE (purged_at, facts, message, reason, sealed_grant, trying) ON task_results TO rungate_keeper;
GRANT UPDATE (look_for_aged_at) ON organizations TO rungate_keeper;
GRANT SELECT (purged_at) ON task_results TO rungate_platform;

REVOKE ALL ON FUNCTION facts_of_tombstone(jsonb), purge_aged(integer), sweep_tombstones(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION facts_of_tombstone(jsonb) TO rungate_keeper;
GRANT EXECUTE ON FUNCTION purge_aged(integer), sweep_tombstones(integer) TO rungate_flow;

-- Giving a function away needs a recipient that may create in the schema, for a moment.
GRANT CREATE ON SCHEMA public TO rungate_keeper;
ALTER FUNCTION purge_aged(integer) OWNER TO rungate_keeper;
ALTER FUNCTION sweep_tombstones(integer) OWNER TO rungate_keeper;
REVOKE CREATE ON SCHEMA public FROM rungate_keeper;
