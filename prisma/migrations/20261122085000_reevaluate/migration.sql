-- What was judged is kept for a while, masked and sealed, so that the checks of another day can judge it again. What it is for:
-- docs/guides/reevaluate.md.

CREATE TABLE task_inputs (
  organization_id uuid NOT NULL,
  task_result_id  uuid NOT NULL,
  -- False: the plan was larger than is kept.
  is_whole        boolean NOT NULL,
  -- gzip of the masked plan, sealed to the organization's key.
  sealed_plan     bytea,
  stored_at       timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (task_result_id, organization_id),
  FOREIGN KEY (task_result_id, organization_id) REFERENCES task_results (id, organization_id) ON DELETE CASCADE,
  CHECK (is_whole = (sealed_plan IS NOT NULL))
);
-- Compressed and sealed: there is nothing left to compress.
ALTER TABLE task_inputs ALTER COLUMN sealed_plan SET STORAGE EXTERNAL;
CREATE INDEX task_inputs_aging ON task_inputs (organization_id, stored_at);

-- What later checks said of a task result; nothing of it was called back.
CREATE TABLE reevaluations (
  organization_id uuid NOT NULL,
  id              uuid NOT NULL,
  task_result_id  uuid NOT NULL,
  -- One of the platform is seen by nobody of an organization: what it says of this is repeated here.
  operation_id    uuid NOT NULL,
  actor           jsonb NOT NULL,
  reason          text NOT NULL,
  -- Whose checks judged.
  version_id      uuid NOT NULL,
  verdict         text NOT NULL CHECK (verdict IN ('passed', 'failed')),
  message         text NOT NULL,
  results         jsonb NOT NULL,
  judged_at       timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (task_result_id, organization_id) REFERENCES task_results (id, organization_id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, version_id) REFERENCES run_task_versions (organization_id, id)
);
-- Once for an operation, however often a worker was lost over it.
CREATE UNIQUE INDEX reevaluations_of_operation ON reevaluations (organization_id, operation_id, task_result_id);
CREATE INDEX reevaluations_of_task_result ON reevaluations (task_result_id, organization_id, id);

ALTER TABLE operations DROP CONSTRAINT operations_kind_check;
ALTER TABLE operations ADD CONSTRAINT operations_kind_check CHECK (kind IN ('resend', 'reevaluate'));

-- ---- what goes, and when ------------------------------------------------------------------------

-- With the details of a task result.
CREATE FUNCTION forget_inputs() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM task_inputs i WHERE i.task_result_id = NEW.id AND i.organization_id = NEW.organization_id;
  DELETE FROM reevaluations r WHERE r.task_result_id = NEW.id AND r.organization_id = NEW.organization_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER forget_inputs AFTER UPDATE OF purged_at ON task_results FOR EACH ROW
  WHEN (NEW.purged_at IS NOT NULL) EXECUTE FUNCTION forget_inputs();

ALTER TABLE organizations
  -- When its inputs are looked through for those that are past their retention.
  ADD COLUMN look_for_inputs_at timestamptz(3) NOT NULL DEFAULT now();
CREATE INDEX organizations_look_for_inputs ON organizations (look_for_inputs_at);

-- Removes some inputs of the organization whose turn it is, as purge_aged takes turns; how many. Null when it is nobody's turn.
CREATE FUNCTION purge_inputs(at_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  turn record;
  removed integer;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT o.id, o.input_retention_days AS days INTO turn FROM organizations o
  WHERE o.look_for_inputs_at <= now() ORDER BY o.look_for_inputs_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  DELETE FROM task_inputs i WHERE (i.task_result_id, i.organization_id) IN (
    SELECT a.task_result_id, a.organization_id FROM task_inputs a
    WHERE a.organization_id = turn.id AND a.stored_at <= now() - turn.days * interval '1 day'
    ORDER BY a.stored_at LIMIT at_most
  );
  GET DIAGNOSTICS removed = ROW_COUNT;
  UPDATE organizations o
  SET look_for_inputs_at = CASE WHEN removed = at_most THEN clock_timestamp() ELSE now() + interval '1 hour' END
  WHERE o.id = turn.id;
  RETURN removed;
END
$$;

-- ---- who sees what ------------------------------------------------------------------------------

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['task_inputs', 'reevaluations'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY organization ON %I TO rungate_organization USING (organization_id = nullif(current_setting(''app.organization'', true), '''')::uuid)',
      name
    );
    EXECUTE format('CREATE POLICY platform ON %I FOR SELECT TO rungate_platform USING (true)', name);
    EXECUTE format('CREATE POLICY keeper ON %I TO rungate_keeper USING (true)', name);
    EXECUTE format('GRANT SELECT, DELETE ON %I TO rungate_keeper', name);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO rungate_organization', name);
  END LOOP;
END
$$;
GRANT SELECT (organization_id, task_result_id, is_whole, stored_at) ON task_inputs TO rungate_platform;
GRANT SELECT ON reevaluations TO rungate_platform;
GRANT UPDATE (look_for_inputs_at) ON organizations TO rungate_keeper;
-- What is done for an operation says why, in the trail of each organization.
GRANT SELECT (reason) ON operations TO rungate_flow;

REVOKE ALL ON FUNCTION forget_inputs(), purge_inputs(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION purge_inputs(integer) TO rungate_flow;

-- Giving a function away needs a recipient that may create in the schema, for a moment.
GRANT CREATE ON SCHEMA public TO rungate_keeper;
ALTER FUNCTION purge_inputs(integer) OWNER TO rungate_keeper;
REVOKE CREATE ON SCHEMA public FROM rungate_keeper;
