-- What an accept and a claim cost: measured in docs/decisions/0012-batched-accept.md.

-- ---- fewer foreign keys and indexes of task results, saying as much ------------------------------
-- A version and a key name their run task, and the run task its organization: two keys say what four said, and also that
-- version and key belong to that very run task.

ALTER TABLE run_task_versions ADD UNIQUE (organization_id, run_task_id, id);
ALTER TABLE hmac_keys ADD UNIQUE (organization_id, run_task_id, id);

ALTER TABLE check_results DROP CONSTRAINT check_results_organization_id_task_result_id_fkey;
ALTER TABLE deliveries DROP CONSTRAINT deliveries_organization_id_task_result_id_fkey;

ALTER TABLE task_results
  DROP CONSTRAINT task_results_organization_id_fkey,
  DROP CONSTRAINT task_results_organization_id_run_task_id_fkey,
  DROP CONSTRAINT task_results_organization_id_version_id_fkey,
  DROP CONSTRAINT task_results_organization_id_hmac_key_id_fkey,
  DROP CONSTRAINT task_results_pkey,
  DROP CONSTRAINT task_results_organization_id_id_key,
  DROP CONSTRAINT task_results_organization_id_run_task_id_task_result_id_key,
  -- Found by our id alone, too; the caller's id comes first since people look for it without knowing whose it is.
  ADD PRIMARY KEY (id, organization_id),
  ADD UNIQUE (task_result_id, run_task_id, organization_id),
  ADD FOREIGN KEY (organization_id, run_task_id, version_id) REFERENCES run_task_versions (organization_id, run_task_id, id),
  ADD FOREIGN KEY (organization_id, run_task_id, hmac_key_id) REFERENCES hmac_keys (organization_id, run_task_id, id);
DROP INDEX task_results_by_caller_id;
-- What is claimed first is what is late first: task_results_late serves both.
DROP INDEX task_results_claimable;

-- Every index of these tables begins with what tells rows apart, not with the organization: a plan that was made while the
-- tables were empty must not look through all rows of an organization for one.
DROP INDEX task_results_of_run;
CREATE INDEX task_results_of_run ON task_results (run_id, organization_id);

ALTER TABLE check_results
  DROP CONSTRAINT check_results_pkey,
  ADD PRIMARY KEY (task_result_id, organization_id, name),
  ADD FOREIGN KEY (task_result_id, organization_id) REFERENCES task_results (id, organization_id) ON DELETE CASCADE;

ALTER TABLE delivery_attempts DROP CONSTRAINT delivery_attempts_organization_id_delivery_id_fkey;
DROP INDEX deliveries_one_final, deliveries_one_open_progress, deliveries_of_task_result, delivery_attempts_of_delivery;
ALTER TABLE deliveries
  DROP CONSTRAINT deliveries_pkey,
  ADD PRIMARY KEY (id, organization_id),
  ADD FOREIGN KEY (task_result_id, organization_id) REFERENCES task_results (id, organization_id) ON DELETE CASCADE;
CREATE UNIQUE INDEX deliveries_one_final ON deliveries (task_result_id, organization_id) WHERE kind = 'final';
CREATE UNIQUE INDEX deliveries_one_open_progress ON deliveries (task_result_id, organization_id)
  WHERE kind = 'progress' AND state = 'due';
CREATE INDEX deliveries_of_task_result ON deliveries (task_result_id, organization_id);
ALTER TABLE delivery_attempts
  DROP CONSTRAINT delivery_attempts_pkey,
  ADD PRIMARY KEY (id, organization_id),
  ADD FOREIGN KEY (delivery_id, organization_id) REFERENCES deliveries (id, organization_id) ON DELETE CASCADE;
CREATE INDEX delivery_attempts_of_delivery ON delivery_attempts (delivery_id, organization_id, id);

-- The text as it was first sent: another attempt sends the same bytes, and nobody looks inside.
ALTER TABLE deliveries ALTER COLUMN callback TYPE json;

-- The statements of these logins are prepared and always the same: planned once a connection, not at each execution.
DO $$
DECLARE
  login text;
BEGIN
  FOREACH login IN ARRAY ARRAY['rungate_ingress', 'rungate_organization', 'rungate_flow'] LOOP
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET plan_cache_mode = force_generic_plan', login, current_database());
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET jit = off', login, current_database());
  END LOOP;
END
$$;

-- ---- many requests in one statement -----------------------------------------------------------------

DROP FUNCTION record_task_result(uuid, uuid, uuid, uuid, uuid, text, jsonb, text, bytea, double precision,
  double precision, double precision, double precision);
DROP FUNCTION touch_hmac_key(uuid, uuid);

-- At most once a minute, and never waiting for another request that does the same.
CREATE FUNCTION touch_hmac_keys(used_keys uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE hmac_keys SET last_used_at = now()
  WHERE id IN (
    SELECT id FROM hmac_keys
    WHERE id = ANY (used_keys) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
    FOR NO KEY UPDATE SKIP LOCKED
  )
$$;

-- What became of each request, in their order: `recorded`, `duplicate`, `duplicate_other_body` or `refused`. Requests of
-- many organizations share a statement and its commit; none sees another.
CREATE FUNCTION record_task_results(
  new_ids uuid[], organizations uuid[], run_tasks uuid[], versions uuid[], used_keys uuid[], new_task_result_ids text[],
  all_facts jsonb, body_hashes text[], sealed_grants bytea[],
  progress_within_ms double precision[], final_within_ms double precision[], reserves_ms double precision[],
  first_progress_ms double precision[]
) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  answers text[];
  activated uuid[];
  used uuid[];
  ms constant interval := interval '1 millisecond';
BEGIN
  WITH arrived AS (
    SELECT * FROM ROWS FROM (
      unnest(new_ids, organizations, run_tasks, versions, used_keys, new_task_result_ids, body_hashes, sealed_grants,
             progress_within_ms, final_within_ms, reserves_ms, first_progress_ms),
      jsonb_array_elements(all_facts)
    ) WITH ORDINALITY AS a (id, organization_id, run_task_id, version_id, hmac_key_id, task_result_id, body_hash,
                            sealed_grant, progress_ms, final_ms, reserve_ms, first_ms, facts, position)
  ), allowed AS (
    SELECT a.* FROM arrived a
    JOIN hmac_keys k ON k.organization_id = a.organization_id AND k.run_task_id = a.run_task_id AND k.id = a.hmac_key_id
    JOIN organizations o ON o.id = a.organization_id
    WHERE (k.state = 'active' OR (k.state = 'retiring' AND k.retires_at > now())) AND o.state = 'active'
  ), recorded AS (
    INSERT INTO task_results (
      id, organization_id, run_task_id, version_id, hmac_key_id, task_result_id,
      stage, run_id, workspace_id, workspace_name, facts, body_hash, sealed_grant,
      progress_by, final_by, decide_at, progress_due_at
    )
    SELECT id, organization_id, run_task_id, version_id, hmac_key_id, task_result_id,
      facts->>'stage', facts->>'run_id', facts->>'workspace_id', facts->>'workspace_name', facts, body_hash, sealed_grant,
      now() + least(progress_ms, final_ms) * ms,
      now() + final_ms * ms,
      now() + (least(progress_ms, final_ms) - reserve_ms) * ms,
      now() + first_ms * ms
    FROM allowed
    -- In one order everywhere: two statements with the same requests wait for each other, and never in a circle.
    ORDER BY task_result_id, run_task_id, organization_id
    ON CONFLICT (task_result_id, run_task_id, organization_id) DO NOTHING
    RETURNING id, run_task_id, hmac_key_id
  )
  SELECT
    array_agg(CASE WHEN r.id IS NOT NULL THEN 'recorded' WHEN l.id IS NOT NULL THEN 'duplicate' ELSE 'refused' END
              ORDER BY a.position),
    array_agg(DISTINCT r.run_task_id) FILTER (WHERE r.id IS NOT NULL),
    array_agg(DISTINCT r.hmac_key_id) FILTER (WHERE r.id IS NOT NULL)
  INTO answers, activated, used
  FROM arrived a LEFT JOIN allowed l ON l.id = a.id LEFT JOIN recorded r ON r.id = a.id;

  -- A statement of its own: it sees what others committed while this one waited for them.
  IF 'duplicate' = ANY (answers) THEN
    SELECT array_agg(
      CASE WHEN answer = 'duplicate' AND t.body_hash <> d.hash THEN 'duplicate_other_body' ELSE answer END ORDER BY position)
    INTO answers
    FROM unnest(answers, organizations, run_tasks, new_task_result_ids, body_hashes)
      WITH ORDINALITY AS d (answer, organization_id, run_task_id, task_result_id, hash, position)
    LEFT JOIN task_results t ON d.answer = 'duplicate' AND t.task_result_id = d.task_result_id
      AND t.run_task_id = d.run_task_id AND t.organization_id = d.organization_id;
  END IF;

  IF activated IS NOT NULL THEN
    PERFORM FROM run_tasks WHERE id = ANY (activated) AND state <> 'active' ORDER BY id FOR NO KEY UPDATE;
    IF FOUND THEN
      UPDATE run_tasks SET state = 'active' WHERE id = ANY (activated) AND state <> 'active';
    END IF;
    PERFORM touch_hmac_keys(used);
  END IF;
  RETURN answers;
END
$$;

CREATE OR REPLACE FUNCTION note_registration(in_organization uuid, of_run_task uuid, used_key uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE run_tasks SET state = 'verified'
  WHERE id = of_run_task AND organization_id = in_organization AND state = 'created';
  PERFORM touch_hmac_keys(ARRAY[used_key]);
END
$$;

REVOKE ALL ON FUNCTION touch_hmac_keys(uuid[]), record_task_results(uuid[], uuid[], uuid[], uuid[], uuid[], text[], jsonb,
  text[], bytea[], double precision[], double precision[], double precision[], double precision[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_task_results(uuid[], uuid[], uuid[], uuid[], uuid[], text[], jsonb, text[], bytea[],
  double precision[], double precision[], double precision[], double precision[]) TO rungate_ingress;

-- Giving a function away needs a recipient that may create in the schema, for a moment.
GRANT CREATE ON SCHEMA public TO rungate_definer;
ALTER FUNCTION touch_hmac_keys(uuid[]) OWNER TO rungate_definer;
ALTER FUNCTION record_task_results(uuid[], uuid[], uuid[], uuid[], uuid[], text[], jsonb, text[], bytea[],
  double precision[], double precision[], double precision[], double precision[]) OWNER TO rungate_definer;
REVOKE CREATE ON SCHEMA public FROM rungate_definer;
