-- The database of Rungate: organizations, run tasks, task results and their deliveries.
--
-- Isolation: every table with an organization has forced row-level security. Nobody serves as the owner: five logins
-- see what their work needs, and `rungate_definer`, which nobody can log in as, owns the few functions of ingress.
-- All moments are of the database's clock. Ids are UUIDv7, made by the processes.

-- ---- logins ------------------------------------------------------------------------------------
-- Roles belong to the cluster, so another database may have made them. The migration runner gives them passwords.

DO $$
DECLARE
  login text;
BEGIN
  FOREACH login IN ARRAY ARRAY['rungate_ingress', 'rungate_organization', 'rungate_flow', 'rungate_platform', 'rungate_queue', 'rungate_definer'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', login);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
  END LOOP;
END
$$;

-- ---- tables ------------------------------------------------------------------------------------

CREATE TABLE organizations (
  id                   uuid PRIMARY KEY,
  -- Unique over the platform: it is part of addresses.
  slug                 text NOT NULL UNIQUE,
  display_name         text NOT NULL,
  tags                 text[] NOT NULL DEFAULT '{}',
  weight               integer NOT NULL DEFAULT 1 CHECK (weight BETWEEN 1 AND 100),
  max_in_flight        integer CHECK (max_in_flight > 0),
  retention_days       integer NOT NULL CHECK (retention_days >= 0),
  input_retention_days integer NOT NULL CHECK (input_retention_days >= 0),
  state                text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended')),
  created_at           timestamptz(3) NOT NULL DEFAULT now()
);

-- One key per organization and purpose, wrapped by a key derived from the master key. Losing the row loses the data.
CREATE TABLE data_keys (
  organization_id uuid NOT NULL REFERENCES organizations (id),
  id              uuid NOT NULL,
  purpose         text NOT NULL CHECK (purpose IN ('hmac', 'grant')),
  wrapped         bytea NOT NULL,
  -- Of a key pair: whoever has only this can seal and not open.
  public_key      bytea,
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  CHECK ((purpose = 'grant') = (public_key IS NOT NULL))
);
CREATE UNIQUE INDEX data_keys_purpose ON data_keys (organization_id, purpose);

CREATE TABLE run_tasks (
  id                 uuid PRIMARY KEY,
  organization_id    uuid NOT NULL REFERENCES organizations (id),
  name               text NOT NULL,
  -- 128 random bits, the only thing that a hook URL tells. Unique over the platform: it finds the organization.
  hook_id            text NOT NULL UNIQUE,
  current_version_id uuid NOT NULL,
  state              text NOT NULL DEFAULT 'created' CHECK (state IN ('created', 'verified', 'active')),
  created_at         timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id),
  UNIQUE (organization_id, name)
);

-- Never changed: a task result is judged by the version in force when it was accepted.
CREATE TABLE run_task_versions (
  id               uuid PRIMARY KEY,
  organization_id  uuid NOT NULL,
  run_task_id      uuid NOT NULL,
  number           integer NOT NULL CHECK (number > 0),
  terraform_origin text NOT NULL,
  download_origins text[] NOT NULL,
  deadline_profile text NOT NULL CHECK (deadline_profile IN ('rolling', 'fixed')),
  on_timeout       text NOT NULL CHECK (on_timeout IN ('passed', 'failed')),
  checks           jsonb NOT NULL,
  -- SHA-256 of the settings in canonical form: equal content makes no new version.
  content_hash     text NOT NULL,
  author           text NOT NULL,
  created_at       timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id),
  UNIQUE (organization_id, run_task_id, number),
  FOREIGN KEY (organization_id, run_task_id) REFERENCES run_tasks (organization_id, id)
);
ALTER TABLE run_tasks ADD FOREIGN KEY (organization_id, current_version_id)
  REFERENCES run_task_versions (organization_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE hmac_keys (
  id                uuid PRIMARY KEY,
  organization_id   uuid NOT NULL,
  run_task_id       uuid NOT NULL,
  sealed_secret     bytea NOT NULL,
  -- HMAC of the secret under a key derived from the master key: finds a key that is used twice.
  keyed_fingerprint bytea NOT NULL,
  -- First 8 hex digits of SHA-256 of the secret, as shown to people.
  fingerprint       text NOT NULL,
  state             text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'retiring', 'revoked')),
  retires_at        timestamptz(3),
  last_used_at      timestamptz(3),
  created_at        timestamptz(3) NOT NULL DEFAULT now(),
  CHECK ((state = 'retiring') = (retires_at IS NOT NULL)),
  UNIQUE (organization_id, id),
  FOREIGN KEY (organization_id, run_task_id) REFERENCES run_tasks (organization_id, id)
);
-- Over the platform: two run tasks with one key could be sent each other's requests.
CREATE UNIQUE INDEX hmac_keys_in_use ON hmac_keys (keyed_fingerprint) WHERE state <> 'revoked';
CREATE INDEX hmac_keys_of_run_task ON hmac_keys (organization_id, run_task_id);

CREATE TABLE task_results (
  id              uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organizations (id),
  run_task_id     uuid NOT NULL,
  version_id      uuid NOT NULL,
  hmac_key_id     uuid NOT NULL,
  -- The caller's id of it.
  task_result_id  text NOT NULL,
  stage           text NOT NULL CHECK (stage IN ('pre_plan', 'post_plan', 'pre_apply', 'post_apply')),
  run_id          text NOT NULL,
  workspace_id    text NOT NULL,
  workspace_name  text NOT NULL,
  -- The request without whatever grants access.
  facts           jsonb NOT NULL,
  body_hash       text NOT NULL,
  -- Access token, callback, plan and configuration URLs, sealed; erased with the end of the delivery.
  sealed_grant    bytea,
  state           text NOT NULL DEFAULT 'accepted'
                  CHECK (state IN ('accepted', 'evaluating', 'waiting', 'decided', 'delivered', 'undeliverable')),
  -- Raised by each claim and by the keeper's own verdict: a write with an old one changes nothing.
  epoch           integer NOT NULL DEFAULT 0,
  attempt         integer NOT NULL DEFAULT 0,
  leased_by       text,
  lease_until     timestamptz(3),
  received_at     timestamptz(3) NOT NULL DEFAULT now(),
  started_at      timestamptz(3),
  progress_by     timestamptz(3) NOT NULL,
  final_by        timestamptz(3) NOT NULL,
  decide_at       timestamptz(3) NOT NULL,
  progress_due_at timestamptz(3) NOT NULL,
  verdict         text CHECK (verdict IN ('passed', 'failed')),
  message         text,
  decided_at      timestamptz(3),
  delivered_at    timestamptz(3),
  reason          text,
  -- The last change that a console shows. Whoever changes it says so; what does not is told by a trigger.
  changed_at      timestamptz DEFAULT now(),
  CHECK ((verdict IS NOT NULL) = (state IN ('decided', 'delivered', 'undeliverable'))),
  CHECK ((verdict IS NOT NULL) = (decided_at IS NOT NULL)),
  CHECK ((sealed_grant IS NULL) = (state IN ('delivered', 'undeliverable'))),
  UNIQUE (organization_id, id),
  UNIQUE (organization_id, run_task_id, task_result_id),
  FOREIGN KEY (organization_id, run_task_id) REFERENCES run_tasks (organization_id, id),
  FOREIGN KEY (organization_id, version_id) REFERENCES run_task_versions (organization_id, id),
  FOREIGN KEY (organization_id, hmac_key_id) REFERENCES hmac_keys (organization_id, id)
) WITH (fillfactor = 80);
CREATE INDEX task_results_claimable ON task_results (received_at) WHERE state IN ('accepted', 'evaluating');
CREATE INDEX task_results_late ON task_results (decide_at) WHERE verdict IS NULL;
CREATE INDEX task_results_progress ON task_results (progress_due_at) WHERE state = 'evaluating';
CREATE INDEX task_results_undecided ON task_results (organization_id) WHERE verdict IS NULL;
CREATE INDEX task_results_of_run ON task_results (organization_id, run_id);
CREATE INDEX task_results_by_caller_id ON task_results (task_result_id);

-- Final once written.
CREATE TABLE check_results (
  organization_id uuid NOT NULL,
  task_result_id  uuid NOT NULL,
  name            text NOT NULL,
  position        integer NOT NULL,
  use             text NOT NULL,
  enforcement     text NOT NULL CHECK (enforcement IN ('mandatory', 'advisory', 'shadow')),
  status          text NOT NULL CHECK (status IN ('passed', 'failed', 'errored', 'skipped', 'waiting')),
  blocks          boolean NOT NULL,
  message         text NOT NULL,
  findings        jsonb NOT NULL,
  facts           jsonb NOT NULL,
  failure         text,
  duration_ms     integer NOT NULL,
  epoch           integer NOT NULL,
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, task_result_id, name),
  FOREIGN KEY (organization_id, task_result_id) REFERENCES task_results (organization_id, id) ON DELETE CASCADE
);

-- The outbox: callbacks that must arrive.
CREATE TABLE deliveries (
  organization_id    uuid NOT NULL,
  id                 uuid NOT NULL,
  task_result_id     uuid NOT NULL,
  kind               text NOT NULL CHECK (kind IN ('progress', 'final')),
  state              text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'delivered', 'undeliverable')),
  callback           jsonb NOT NULL,
  due_at             timestamptz(3) NOT NULL DEFAULT now(),
  -- When the caller stops listening: the nearer of its two deadlines.
  deadline           timestamptz(3) NOT NULL,
  -- The attempt that is being made now, or was when its process died.
  attempt_id         uuid,
  attempt_started_at timestamptz(3),
  leased_until       timestamptz(3),
  reason             text,
  created_at         timestamptz(3) NOT NULL DEFAULT now(),
  ended_at           timestamptz(3),
  CHECK ((attempt_id IS NULL) = (attempt_started_at IS NULL)),
  CHECK ((state = 'due') = (ended_at IS NULL)),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, task_result_id) REFERENCES task_results (organization_id, id) ON DELETE CASCADE
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX deliveries_one_final ON deliveries (organization_id, task_result_id) WHERE kind = 'final';
CREATE UNIQUE INDEX deliveries_one_open_progress ON deliveries (organization_id, task_result_id)
  WHERE kind = 'progress' AND state = 'due';
CREATE INDEX deliveries_of_task_result ON deliveries (organization_id, task_result_id);
CREATE INDEX deliveries_due ON deliveries (kind, deadline) WHERE state = 'due';

CREATE TABLE delivery_attempts (
  organization_id uuid NOT NULL,
  id              uuid NOT NULL,
  delivery_id     uuid NOT NULL,
  started_at      timestamptz(3) NOT NULL DEFAULT now(),
  finished_at     timestamptz(3),
  status          integer,
  answer_class    text,
  error           text,
  duration_ms     integer,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, delivery_id) REFERENCES deliveries (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX delivery_attempts_of_delivery ON delivery_attempts (organization_id, delivery_id, id);

-- Signed requests that were not stored: one row per hook, reason and minute, however many came.
CREATE TABLE refusals (
  organization_id uuid NOT NULL,
  run_task_id     uuid NOT NULL,
  reason          text NOT NULL CHECK (reason IN ('not_json', 'not_a_request', 'callback_off_origin')),
  minute          timestamptz(3) NOT NULL,
  -- Of the first one in that minute.
  detail          text NOT NULL,
  count           integer NOT NULL DEFAULT 1,
  PRIMARY KEY (organization_id, run_task_id, reason, minute),
  FOREIGN KEY (organization_id, run_task_id) REFERENCES run_tasks (organization_id, id)
);

-- ---- what may never happen ---------------------------------------------------------------------

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON run_task_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER immutable BEFORE UPDATE ON check_results FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Whoever ends a task result erases its grant, also a login that may not see it.
CREATE FUNCTION erase_grant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.sealed_grant := NULL;
  RETURN NEW;
END
$$;
CREATE TRIGGER erase_grant BEFORE UPDATE OF state ON task_results FOR EACH ROW
  WHEN (NEW.state IN ('delivered', 'undeliverable')) EXECUTE FUNCTION erase_grant();

-- ---- ingress: these functions and nothing else ----------------------------------------------------

CREATE FUNCTION find_hook(wanted_hook text)
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
      AND (k.state = 'active' OR (k.state = 'retiring' AND k.retires_at > now()))
  ) k
  WHERE t.hook_id = wanted_hook
$$;

CREATE FUNCTION touch_hmac_key(in_organization uuid, used_key uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  -- At most once a minute, and never waiting for another request that does the same.
  UPDATE hmac_keys SET last_used_at = now()
  WHERE id = (
    SELECT id FROM hmac_keys
    WHERE organization_id = in_organization AND id = used_key
      AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
    FOR UPDATE SKIP LOCKED
  )
$$;

CREATE FUNCTION record_task_result(
  new_id uuid, in_organization uuid, of_run_task uuid, of_version uuid, used_key uuid, new_task_result_id text,
  new_facts jsonb, new_body_hash text, new_sealed_grant bytea,
  progress_within_ms double precision, final_within_ms double precision, reserve_ms double precision,
  first_progress_ms double precision
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first_hash text;
  ms constant interval := interval '1 millisecond';
BEGIN
  PERFORM FROM hmac_keys k JOIN organizations o ON o.id = k.organization_id
  WHERE k.id = used_key AND k.organization_id = in_organization AND k.run_task_id = of_run_task
    AND (k.state = 'active' OR (k.state = 'retiring' AND k.retires_at > now()))
    AND o.state = 'active';
  IF NOT FOUND THEN
    RETURN 'refused';
  END IF;

  INSERT INTO task_results (
    id, organization_id, run_task_id, version_id, hmac_key_id, task_result_id,
    stage, run_id, workspace_id, workspace_name, facts, body_hash, sealed_grant,
    progress_by, final_by, decide_at, progress_due_at
  )
  VALUES (
    new_id, in_organization, of_run_task, of_version, used_key, new_task_result_id,
    new_facts->>'stage', new_facts->>'run_id', new_facts->>'workspace_id', new_facts->>'workspace_name',
    new_facts, new_body_hash, new_sealed_grant,
    now() + least(progress_within_ms, final_within_ms) * ms,
    now() + final_within_ms * ms,
    now() + (least(progress_within_ms, final_within_ms) - reserve_ms) * ms,
    now() + first_progress_ms * ms
  )
  ON CONFLICT (organization_id, run_task_id, task_result_id) DO NOTHING;
  IF NOT FOUND THEN
    SELECT t.body_hash INTO first_hash FROM task_results t
    WHERE t.organization_id = in_organization AND t.run_task_id = of_run_task AND t.task_result_id = new_task_result_id;
    RETURN CASE WHEN first_hash = new_body_hash THEN 'duplicate' ELSE 'duplicate_other_body' END;
  END IF;

  UPDATE run_tasks SET state = 'active' WHERE id = of_run_task AND organization_id = in_organization AND state <> 'active';
  PERFORM touch_hmac_key(in_organization, used_key);
  RETURN 'recorded';
END
$$;

CREATE FUNCTION holds_undecided(in_organization uuid, as_many_as integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*) >= as_many_as FROM (
    SELECT FROM task_results WHERE organization_id = in_organization AND verdict IS NULL LIMIT as_many_as
  ) undecided
$$;

CREATE FUNCTION note_registration(in_organization uuid, of_run_task uuid, used_key uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE run_tasks SET state = 'verified'
  WHERE id = of_run_task AND organization_id = in_organization AND state = 'created';
  PERFORM touch_hmac_key(in_organization, used_key);
END
$$;

CREATE FUNCTION note_refusal(in_organization uuid, of_run_task uuid, why text, first_detail text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO refusals (organization_id, run_task_id, reason, minute, detail)
  VALUES (in_organization, of_run_task, why, date_trunc('minute', now()), first_detail)
  ON CONFLICT (organization_id, run_task_id, reason, minute) DO UPDATE SET count = refusals.count + 1
$$;

-- Whether a key is used by another run task of any organization: tells yes or no, and nothing else.
-- Keys whose overlap is over count as revoked from then on.
CREATE FUNCTION hmac_key_in_use(fingerprints bytea[], of_run_task uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE hmac_keys SET state = 'revoked', retires_at = NULL
  WHERE keyed_fingerprint = ANY (fingerprints) AND state = 'retiring' AND retires_at <= now();
  RETURN EXISTS (
    SELECT FROM hmac_keys
    WHERE keyed_fingerprint = ANY (fingerprints) AND state <> 'revoked' AND run_task_id <> of_run_task
  );
END
$$;

-- ---- who sees what -----------------------------------------------------------------------------

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['organizations', 'data_keys', 'run_tasks', 'run_task_versions', 'hmac_keys', 'task_results', 'check_results', 'deliveries', 'delivery_attempts', 'refusals'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    -- After the first transaction of a session the setting is '' rather than absent: both mean nobody.
    EXECUTE format(
      'CREATE POLICY organization ON %I TO rungate_organization USING (%I = nullif(current_setting(''app.organization'', true), '''')::uuid)',
      name, CASE name WHEN 'organizations' THEN 'id' ELSE 'organization_id' END
    );
    EXECUTE format('CREATE POLICY platform ON %I FOR SELECT TO rungate_platform USING (true)', name);
  END LOOP;

  FOREACH name IN ARRAY ARRAY['task_results', 'deliveries', 'delivery_attempts'] LOOP
    EXECUTE format('CREATE POLICY flow ON %I TO rungate_flow USING (true)', name);
  END LOOP;

  FOREACH name IN ARRAY ARRAY['organizations', 'data_keys', 'run_tasks', 'run_task_versions', 'hmac_keys', 'task_results', 'refusals'] LOOP
    EXECUTE format('CREATE POLICY definer ON %I TO rungate_definer USING (true)', name);
  END LOOP;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO rungate_ingress, rungate_organization, rungate_flow, rungate_platform, rungate_definer;

GRANT SELECT, INSERT ON organizations, data_keys, run_tasks, run_task_versions, hmac_keys, task_results, check_results,
  deliveries, delivery_attempts TO rungate_organization;
REVOKE INSERT ON task_results FROM rungate_organization;
GRANT SELECT ON refusals TO rungate_organization;
GRANT UPDATE (display_name, tags, weight, max_in_flight, retention_days, input_retention_days, state)
  ON organizations TO rungate_organization;
GRANT UPDATE (current_version_id) ON run_tasks TO rungate_organization;
GRANT UPDATE (state, retires_at) ON hmac_keys TO rungate_organization;
GRANT UPDATE (state, epoch, leased_by, lease_until, progress_by, decide_at, verdict, message, decided_at, delivered_at, reason,
  changed_at) ON task_results TO rungate_organization;
GRANT UPDATE (state, callback, due_at, deadline, attempt_id, attempt_started_at, leased_until, reason, ended_at)
  ON deliveries TO rungate_organization;
GRANT UPDATE (finished_at, status, answer_class, error, duration_ms) ON delivery_attempts TO rungate_organization;
GRANT EXECUTE ON FUNCTION hmac_key_in_use(bytea[], uuid) TO rungate_organization;

GRANT SELECT (id, organization_id, state, epoch, attempt, leased_by, lease_until, received_at, started_at, progress_by,
  final_by, decide_at, progress_due_at, verdict) ON task_results TO rungate_flow;
GRANT UPDATE (state, epoch, attempt, leased_by, lease_until, started_at, progress_due_at, reason, changed_at)
  ON task_results TO rungate_flow;
GRANT SELECT (organization_id, id, task_result_id, kind, state, due_at, deadline, attempt_id, attempt_started_at, leased_until)
  ON deliveries TO rungate_flow;
GRANT UPDATE (state, attempt_id, attempt_started_at, leased_until, reason, ended_at) ON deliveries TO rungate_flow;
GRANT INSERT (organization_id, id, delivery_id) ON delivery_attempts TO rungate_flow;

GRANT SELECT ON organizations, run_tasks, run_task_versions, check_results, deliveries, delivery_attempts, refusals
  TO rungate_platform;
GRANT SELECT (id, organization_id, run_task_id, fingerprint, state, retires_at, last_used_at, created_at)
  ON hmac_keys TO rungate_platform;
GRANT SELECT (id, organization_id, run_task_id, version_id, hmac_key_id, task_result_id, stage, run_id, workspace_id,
  workspace_name, facts, body_hash, state, epoch, attempt, leased_by, lease_until, received_at, started_at, progress_by,
  final_by, decide_at, progress_due_at, verdict, message, decided_at, delivered_at, reason, changed_at)
  ON task_results TO rungate_platform;

GRANT SELECT ON organizations, data_keys, run_tasks, run_task_versions, hmac_keys TO rungate_definer;
GRANT UPDATE (state) ON run_tasks TO rungate_definer;
GRANT UPDATE (state, retires_at, last_used_at) ON hmac_keys TO rungate_definer;
GRANT SELECT, INSERT ON task_results TO rungate_definer;
GRANT SELECT, INSERT, UPDATE (count) ON refusals TO rungate_definer;

-- Giving a function away needs membership with SET and a recipient that may create in the schema, both for a moment.
GRANT CREATE ON SCHEMA public TO rungate_definer;
DO $$
DECLARE
  signature regprocedure;
BEGIN
  EXECUTE 'GRANT rungate_definer TO CURRENT_USER';
  FOREACH signature IN ARRAY ARRAY[
    'find_hook(text)', 'touch_hmac_key(uuid, uuid)',
    'record_task_result(uuid, uuid, uuid, uuid, uuid, text, jsonb, text, bytea, double precision, double precision, double precision, double precision)',
    'holds_undecided(uuid, integer)', 'note_registration(uuid, uuid, uuid)', 'note_refusal(uuid, uuid, text, text)',
    'hmac_key_in_use(bytea[], uuid)'
  ]::regprocedure[] LOOP
    IF signature <> 'touch_hmac_key(uuid, uuid)'::regprocedure AND signature <> 'hmac_key_in_use(bytea[], uuid)'::regprocedure THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rungate_ingress', signature);
    END IF;
    EXECUTE format('ALTER FUNCTION %s OWNER TO rungate_definer', signature);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM rungate_definer;
