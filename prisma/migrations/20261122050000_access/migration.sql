-- Who asks, and what became of it: API tokens, the audit trail, and the revisions that If-Match names.

ALTER TABLE organizations
  -- The partner whose tokens see this organization; null: only the platform's own do.
  ADD COLUMN managed_by text,
  -- Raised by every change of its settings or state.
  ADD COLUMN revision   integer NOT NULL DEFAULT 1;
CREATE INDEX organizations_managed ON organizations (managed_by, slug) WHERE managed_by IS NOT NULL;
GRANT UPDATE (revision) ON organizations TO rungate_organization;

-- The one whose runs are judged: that of the first request, unless a person says otherwise (P1-1).
ALTER TABLE run_tasks ADD COLUMN terraform_organization text;
GRANT UPDATE (terraform_organization) ON run_tasks TO rungate_organization;

-- ---- API tokens --------------------------------------------------------------------------------
-- Of the platform when there is no organization.

CREATE TABLE api_tokens (
  id              uuid PRIMARY KEY,
  organization_id uuid REFERENCES organizations (id),
  name            text NOT NULL,
  role            text NOT NULL,
  managed_by      text,
  -- SHA-256 of the token: it is random, so nothing slower is needed.
  hash            bytea NOT NULL UNIQUE,
  last_four       text NOT NULL,
  created_by      text NOT NULL,
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  expires_at      timestamptz(3) NOT NULL,
  revoked_at      timestamptz(3),
  last_used_at    timestamptz(3),
  last_used_from  text,
  CHECK (role IN ('owner', 'operator', 'onboarder', 'support', 'auditor', 'admin', 'editor', 'viewer')),
  CHECK ((organization_id IS NULL) = (role IN ('owner', 'operator', 'onboarder', 'support', 'auditor'))),
  CHECK (managed_by IS NULL OR role = 'onboarder')
);
CREATE INDEX api_tokens_of_organization ON api_tokens (organization_id, id);

-- The one way to a token without knowing whose it is: by its hash. A use is noted once a minute.
CREATE FUNCTION find_api_token(token_hash bytea, used_from text)
RETURNS TABLE (id uuid, name text, role text, managed_by text, organization_id uuid, slug text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  UPDATE api_tokens SET last_used_at = now(), last_used_from = used_from
  WHERE id = (
    SELECT id FROM api_tokens
    WHERE hash = token_hash AND revoked_at IS NULL AND expires_at > now()
      AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute' OR last_used_from IS DISTINCT FROM used_from)
    FOR NO KEY UPDATE SKIP LOCKED
  );
  RETURN QUERY
    SELECT t.id, t.name, t.role, t.managed_by, t.organization_id, o.slug
    FROM api_tokens t LEFT JOIN organizations o ON o.id = t.organization_id
    WHERE t.hash = token_hash AND t.revoked_at IS NULL AND t.expires_at > now();
END
$$;

-- ---- the audit trail -----------------------------------------------------------------------------
-- What people and programs did, inserted with what they did; of the platform when there is no organization.

CREATE TABLE audit_events (
  id              uuid NOT NULL,
  -- No foreign key: what an organization's people did outlives it.
  organization_id uuid,
  at              timestamptz(3) NOT NULL DEFAULT now(),
  -- kind, id, name and role of who asked.
  actor           jsonb NOT NULL,
  address         text,
  -- What was done, such as run-task.changed.
  action          text NOT NULL,
  -- kind and name of what it was done to.
  subject         jsonb NOT NULL,
  -- Secrets stand here as fingerprints.
  before          jsonb,
  after           jsonb,
  reason          text,
  PRIMARY KEY (id)
);
CREATE INDEX audit_events_of_organization ON audit_events (organization_id, id);
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ---- requests that may be sent again ---------------------------------------------------------------
-- What was answered under an Idempotency-Key, without what is shown once: kept a day.

CREATE TABLE idempotency_keys (
  -- Of whoever's request it is; null: a token of the platform.
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  -- Hash of requester, route and key: nobody reads another's answer.
  id              bytea NOT NULL,
  body_hash       bytea NOT NULL,
  -- Null while the first request is under way.
  status          integer,
  answer          jsonb,
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (id)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Those of everybody that are older than a day, some at a time: whoever asks next sweeps.
CREATE FUNCTION sweep_idempotency_keys() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM idempotency_keys WHERE id IN (
    SELECT id FROM idempotency_keys WHERE created_at < now() - interval '1 day' LIMIT 100 FOR UPDATE SKIP LOCKED
  )
$$;

-- ---- who sees what -------------------------------------------------------------------------------

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['api_tokens', 'audit_events', 'idempotency_keys'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY organization ON %I TO rungate_organization USING (organization_id = nullif(current_setting(''app.organization'', true), '''')::uuid)',
      name
    );
    EXECUTE format('CREATE POLICY platform ON %I FOR SELECT TO rungate_platform USING (%s)', name,
      CASE name WHEN 'idempotency_keys' THEN 'organization_id IS NULL' ELSE 'true' END);
    -- What operators write is their own plane's: an organization's rows are written as that organization alone.
    EXECUTE format('CREATE POLICY platform_writes ON %I FOR INSERT TO rungate_platform WITH CHECK (organization_id IS NULL)', name);
  END LOOP;
END
$$;
CREATE POLICY platform_changes ON api_tokens FOR UPDATE TO rungate_platform
  USING (organization_id IS NULL) WITH CHECK (organization_id IS NULL);
CREATE POLICY definer ON api_tokens TO rungate_definer USING (true);

CREATE POLICY platform_changes ON idempotency_keys FOR UPDATE TO rungate_platform
  USING (organization_id IS NULL) WITH CHECK (organization_id IS NULL);
CREATE POLICY definer ON idempotency_keys TO rungate_definer USING (true);
GRANT SELECT, INSERT, UPDATE (body_hash, status, answer, created_at) ON idempotency_keys TO rungate_organization, rungate_platform;
GRANT SELECT, DELETE, UPDATE (created_at) ON idempotency_keys TO rungate_definer;

GRANT SELECT, INSERT ON api_tokens, audit_events TO rungate_organization;
GRANT UPDATE (revoked_at) ON api_tokens TO rungate_organization;
GRANT SELECT (id, organization_id, name, role, managed_by, last_four, created_by, created_at, expires_at, revoked_at,
  last_used_at, last_used_from) ON api_tokens TO rungate_platform;
GRANT INSERT ON api_tokens, audit_events TO rungate_platform;
GRANT UPDATE (revoked_at) ON api_tokens TO rungate_platform;
GRANT SELECT ON audit_events TO rungate_platform;
GRANT SELECT, UPDATE (last_used_at, last_used_from) ON api_tokens TO rungate_definer;

REVOKE ALL ON FUNCTION find_api_token(bytea, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION sweep_idempotency_keys() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_api_token(bytea, text) TO rungate_organization;
GRANT EXECUTE ON FUNCTION sweep_idempotency_keys() TO rungate_organization, rungate_platform;
GRANT CREATE ON SCHEMA public TO rungate_definer;
ALTER FUNCTION find_api_token(bytea, text) OWNER TO rungate_definer;
ALTER FUNCTION sweep_idempotency_keys() OWNER TO rungate_definer;
REVOKE CREATE ON SCHEMA public FROM rungate_definer;
