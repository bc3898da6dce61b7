-- HMAC keys that retire only after the newer one was seen, rotation of the encryption key, and why signatures were refused.
-- What it is for: docs/guides/keys.md and docs/decisions/0015-keys-retire-when-replaced.md.

ALTER TABLE hmac_keys
  -- By how much the overlap is prolonged when it is over and no request has used the newer key.
  ADD COLUMN overlap_hours double precision CHECK (overlap_hours >= 0),
  ADD COLUMN extended_at timestamptz(3),
  ADD COLUMN revoked_at timestamptz(3);
CREATE INDEX hmac_keys_retiring ON hmac_keys (retires_at) WHERE state = 'retiring';

ALTER TABLE refusals
  -- What a sample of the minute's wrong signatures was made with.
  ADD COLUMN cause text,
  DROP CONSTRAINT refusals_reason_check,
  ADD CHECK (reason IN ('not_json', 'not_a_request', 'callback_off_origin', 'bad_signature')),
  ADD CHECK ((cause IS NOT NULL) = (reason = 'bad_signature'));

GRANT UPDATE (overlap_hours, revoked_at) ON hmac_keys TO rungate_organization;
GRANT SELECT (overlap_hours, extended_at, revoked_at) ON hmac_keys TO rungate_platform;
GRANT UPDATE (retires_at, extended_at, revoked_at) ON hmac_keys TO rungate_definer;

-- ---- rotation of the encryption key: by the login that migrates, acting as the definer ------------

GRANT UPDATE (wrapped) ON data_keys TO rungate_definer;
GRANT UPDATE (keyed_fingerprint) ON hmac_keys TO rungate_definer;

-- ---- a key retires only after the newer one was seen ------------------------------------------------
-- A retiring key counts until its time, and then as long as no request has used the newer one: a rotation that the other
-- side has not followed yet must not stop its runs. Asked only of keys whose time has come.

CREATE FUNCTION newer_hmac_key_was_seen(in_organization uuid, of_run_task uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM hmac_keys
    WHERE organization_id = in_organization AND run_task_id = of_run_task AND state = 'active' AND last_used_at IS NOT NULL
  )
$$;

CREATE OR REPLACE FUNCTION find_hook(wanted_hook text)
RETURNS TABLE (
  organization_id uuid, suspended boolean, run_task_id uuid, version_id uuid, terraform_origin text,
  deadline_profile text, hmac_data_key_id uuid, hmac_data_key bytea, grant_key_id uuid, grant_public_key bytea,
  key_ids uuid[], sealed_secrets bytea[]
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT t.organization_id, o.state = 'suspended', t.id, v.id, v.terraform_origin, v.deadline_profile,
         h.id, h.wrapped, g.id, g.public_key, k.ids, k.sealed
  FROM run_tasks t
  JOIN organizations o ON o.id = t.organization_id
  JOIN run_task_versions v ON v.organization_id = t.organization_id AND v.id = t.current_version_id
  JOIN data_keys h ON h.organization_id = t.organization_id AND h.purpose = 'hmac'
  JOIN data_keys g ON g.organization_id = t.organization_id AND g.purpose = 'grant'
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(k.id ORDER BY k.id), '{}') AS ids,
           coalesce(array_agg(k.sealed_secret ORDER BY k.id), '{}') AS sealed
    FROM hmac_keys k
    WHERE k.organization_id = t.organization_id AND k.run_task_id = t.id
      AND (k.state = 'active' OR (k.state = 'retiring'
           AND (k.retires_at > now() OR NOT newer_hmac_key_was_seen(k.organization_id, k.run_task_id))))
  ) k
  WHERE t.hook_id = wanted_hook
$$;

CREATE OR REPLACE FUNCTION record_task_results(
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

-- Keys whose overlap is over and whose successor was seen count as revoked from then on.
CREATE OR REPLACE FUNCTION hmac_key_in_use(fingerprints bytea[], of_run_task uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE hmac_keys SET state = 'revoked', revoked_at = retires_at, retires_at = NULL
  WHERE keyed_fingerprint = ANY (fingerprints) AND state = 'retiring' AND retires_at <= now()
    AND newer_hmac_key_was_seen(organization_id, run_task_id);
  RETURN EXISTS (
    SELECT FROM hmac_keys
    WHERE keyed_fingerprint = ANY (fingerprints) AND state <> 'revoked' AND run_task_id <> of_run_task
  );
END
$$;

-- What the keeper does with keys whose overlap is over, as many as it brings ids of audit events for: retired when the newer
-- key was seen; otherwise prolonged, the first time by the whole overlap and with an event, then hour by hour.
CREATE FUNCTION retire_hmac_keys(event_ids uuid[])
RETURNS TABLE (organization_id uuid, run_task_id uuid, fingerprint text, became text)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH due AS (
    SELECT k.id, newer_hmac_key_was_seen(k.organization_id, k.run_task_id) AS is_replaced
    FROM hmac_keys k WHERE k.state = 'retiring' AND k.retires_at <= now()
    ORDER BY k.retires_at LIMIT cardinality(event_ids) FOR NO KEY UPDATE SKIP LOCKED
  ), retired AS (
    UPDATE hmac_keys k SET
      state = CASE WHEN d.is_replaced THEN 'revoked' ELSE k.state END,
      revoked_at = CASE WHEN d.is_replaced THEN k.retires_at END,
      retires_at = CASE WHEN d.is_replaced THEN NULL
                        WHEN k.extended_at IS NULL THEN now() + coalesce(k.overlap_hours, 1) * interval '1 hour'
                        ELSE now() + interval '1 hour' END,
      extended_at = CASE WHEN d.is_replaced THEN k.extended_at ELSE coalesce(k.extended_at, now()) END
    FROM due d WHERE k.id = d.id
    RETURNING k.id, k.organization_id, k.run_task_id, k.fingerprint, k.extended_at,
      CASE WHEN d.is_replaced THEN 'retired' WHEN k.extended_at = now()::timestamptz(3) THEN 'extended' ELSE 'waiting' END AS became
  ), numbered AS (
    SELECT r.*, t.name, row_number() OVER (ORDER BY r.id) AS number
    FROM retired r JOIN run_tasks t ON t.organization_id = r.organization_id AND t.id = r.run_task_id
    WHERE r.became <> 'waiting'
  ), noted AS (
    INSERT INTO audit_events (id, organization_id, actor, action, subject, after)
    SELECT event_ids[n.number], n.organization_id, '{"kind": "system", "id": null, "name": "keeper", "role": "system"}',
      'hmac-key.' || n.became,
      jsonb_build_object('kind', 'hmac-key', 'name', n.name || '/' || n.fingerprint),
      jsonb_build_object('fingerprint', n.fingerprint)
    FROM numbered n
  )
  SELECT r.organization_id, r.run_task_id, r.fingerprint, r.became FROM retired r
$$;
CREATE POLICY definer ON audit_events FOR INSERT TO rungate_definer WITH CHECK (true);
GRANT INSERT ON audit_events TO rungate_definer;
GRANT UPDATE (state, retires_at, extended_at, revoked_at) ON hmac_keys TO rungate_definer;

-- ---- why a signature was refused ------------------------------------------------------------------
-- Keys of the organization of a hook, own ones first, revoked ones too: one of them may have signed in vain.

CREATE FUNCTION find_signers(wanted_hook text)
RETURNS TABLE (
  organization_id uuid, hmac_data_key_id uuid, hmac_data_key bytea, run_task_id uuid, run_task text, is_own boolean,
  key_id uuid, fingerprint text, state text, revoked_at timestamptz, sealed_secret bytea
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT h.organization_id, d.id, d.wrapped, t.id, t.name, t.id = h.id, k.id, k.fingerprint, k.state,
         CASE WHEN k.state = 'revoked' THEN k.revoked_at END, k.sealed_secret
  FROM run_tasks h
  JOIN data_keys d ON d.organization_id = h.organization_id AND d.purpose = 'hmac'
  JOIN run_tasks t ON t.organization_id = h.organization_id
  JOIN hmac_keys k ON k.organization_id = t.organization_id AND k.run_task_id = t.id
  WHERE h.hook_id = wanted_hook AND (t.id = h.id OR k.state <> 'revoked')
  ORDER BY t.id = h.id DESC, k.id DESC LIMIT 50
$$;

CREATE FUNCTION note_bad_signature(in_organization uuid, of_run_task uuid, found text, first_detail text, how_many integer)
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO refusals (organization_id, run_task_id, reason, minute, cause, detail, count)
  VALUES (in_organization, of_run_task, 'bad_signature', date_trunc('minute', now()), found, first_detail, how_many)
  ON CONFLICT (organization_id, run_task_id, reason, minute) DO UPDATE SET count = refusals.count + excluded.count
$$;

REVOKE ALL ON FUNCTION newer_hmac_key_was_seen(uuid, uuid), retire_hmac_keys(uuid[]), find_signers(text),
  note_bad_signature(uuid, uuid, text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION retire_hmac_keys(uuid[]) TO rungate_flow;
GRANT EXECUTE ON FUNCTION find_signers(text), note_bad_signature(uuid, uuid, text, text, integer) TO rungate_ingress;
GRANT CREATE ON SCHEMA public TO rungate_definer;
ALTER FUNCTION newer_hmac_key_was_seen(uuid, uuid) OWNER TO rungate_definer;
ALTER FUNCTION retire_hmac_keys(uuid[]) OWNER TO rungate_definer;
ALTER FUNCTION find_signers(text) OWNER TO rungate_definer;
ALTER FUNCTION note_bad_signature(uuid, uuid, text, text, integer) OWNER TO rungate_definer;
REVOKE CREATE ON SCHEMA public FROM rungate_definer;
