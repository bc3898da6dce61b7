-- A hook may be remembered for long by whoever records by it: the insert says when it is not as it was read.

DROP FUNCTION record_task_results(uuid[], uuid[], uuid[], uuid[], uuid[], text[], jsonb, text[], bytea[], double precision[],
  double precision[], double precision[], double precision[]);

-- What became of each request, in their order: `recorded`, `duplicate`, `duplicate_other_body`, `refused`, or `changed`: the
-- run task has another version, or the state of its origin is another, than whoever asks has read. Requests of many
-- organizations share a statement and its commit; none sees another.
CREATE FUNCTION record_task_results(
  new_ids uuid[], organizations uuid[], run_tasks uuid[], versions uuid[], used_keys uuid[], new_task_result_ids text[],
  all_facts jsonb, body_hashes text[], sealed_grants bytea[],
  progress_within_ms double precision[], final_within_ms double precision[], reserves_ms double precision[],
  first_progress_ms double precision[], origins text[], origin_states text[]
) RETURNS text[]
-- By keys alone, whatever the planner expects: with some thousands of organizations it would rather read whole tables.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
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
             progress_within_ms, final_within_ms, reserves_ms, first_progress_ms, origins, origin_states),
      jsonb_array_elements(all_facts)
    ) WITH ORDINALITY AS a (id, organization_id, run_task_id, version_id, hmac_key_id, task_result_id, body_hash,
                            sealed_grant, progress_ms, final_ms, reserve_ms, first_ms, origin, origin_state, facts, position)
  ), allowed AS (
    SELECT a.*, t.current_version_id = a.version_id AND a.origin_state IS NOT DISTINCT FROM (
      SELECT r.state FROM terraform_origins r WHERE r.organization_id = a.organization_id AND r.origin = a.origin
    ) AS is_current
    FROM arrived a
    JOIN run_tasks t ON t.organization_id = a.organization_id AND t.id = a.run_task_id
    JOIN hmac_keys k ON k.organization_id = a.organization_id AND k.run_task_id = a.run_task_id AND k.id = a.hmac_key_id
    JOIN organizations o ON o.id = a.organization_id
    WHERE (k.state = 'active' OR (k.state = 'retiring'
             AND (k.retires_at > now() OR NOT newer_hmac_key_was_seen(k.organization_id, k.run_task_id))))
      AND o.state = 'active'
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
    FROM allowed WHERE is_current
    -- In one order everywhere: two statements with the same requests wait for each other, and never in a circle.
    ORDER BY task_result_id, run_task_id, organization_id
    ON CONFLICT (task_result_id, run_task_id, organization_id) DO NOTHING
    RETURNING id, run_task_id, hmac_key_id
  )
  SELECT
    array_agg(CASE WHEN r.id IS NOT NULL THEN 'recorded' WHEN l.id IS NULL THEN 'refused'
                   WHEN l.is_current THEN 'duplicate' ELSE 'changed' END ORDER BY a.position),
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

REVOKE ALL ON FUNCTION record_task_results(uuid[], uuid[], uuid[], uuid[], uuid[], text[], jsonb, text[], bytea[], double precision[],
  double precision[], double precision[], double precision[], text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_task_results(uuid[], uuid[], uuid[], uuid[], uuid[], text[], jsonb, text[], bytea[], double precision[],
  double precision[], double precision[], double precision[], text[], text[]) TO rungate_ingress;
GRANT CREATE ON SCHEMA public TO rungate_definer;
ALTER FUNCTION record_task_results(uuid[], uuid[], uuid[], uuid[], uuid[], text[], jsonb, text[], bytea[], double precision[],
  double precision[], double precision[], double precision[], text[], text[]) OWNER TO rungate_definer;
REVOKE CREATE ON SCHEMA public FROM rungate_definer;
