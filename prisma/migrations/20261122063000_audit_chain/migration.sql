-- The audit trail as a chain (docs/decisions/0016-audit-chain.md), and the purge of an organization.
--
-- Whoever acts inserts an event, and nothing else. A trigger notes it as not chained yet, in the same transaction, so that an
-- event that commits late is never missed. The keeper chains what is noted, with a key that is not in the database. Trails are
-- one per organization and one of the platform, whose organization_id is the nil UUID here.

-- Owns what the keeper does, and nobody can log in as it: the only one that may remove what is never changed.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rungate_keeper') THEN
    BEGIN
      CREATE ROLE rungate_keeper NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END IF;
END
$$;

-- ---- tables ------------------------------------------------------------------------------------
-- None refers to organizations: a trail outlives what it tells of.

CREATE TABLE audit_unchained (
  event_id        uuid PRIMARY KEY,
  organization_id uuid NOT NULL
);
CREATE INDEX audit_unchained_of_trail ON audit_unchained (organization_id, event_id);

-- Where each trail ends, for the keeper, which locks the row.
CREATE TABLE audit_trails (
  organization_id uuid PRIMARY KEY,
  sequence        bigint NOT NULL DEFAULT 0,
  hash            bytea NOT NULL DEFAULT '',
  chained_at      timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE audit_chain (
  organization_id uuid NOT NULL,
  sequence        bigint NOT NULL CHECK (sequence > 0),
  event_id        uuid NOT NULL UNIQUE,
  -- HMAC of the event, and of its place: both under the audit key of the master key `key_id`.
  digest          bytea NOT NULL,
  hash            bytea NOT NULL,
  key_id          bytea NOT NULL,
  PRIMARY KEY (organization_id, sequence)
);

-- Up to these links events were removed rightly; signed as the links are.
CREATE TABLE audit_checkpoints (
  organization_id uuid NOT NULL,
  sequence        bigint NOT NULL,
  reason          text NOT NULL CHECK (reason IN ('retention', 'purge')),
  hash            bytea NOT NULL,
  at              timestamptz(3) NOT NULL,
  key_id          bytea NOT NULL,
  signature       bytea NOT NULL,
  PRIMARY KEY (organization_id, sequence, reason)
);

-- ---- nobody changes what was written -----------------------------------------------------------

-- Only the keeper removes, and only through its functions.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_user = 'rungate_keeper' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON audit_chain FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON audit_checkpoints FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION note_unchained() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO audit_unchained (event_id, organization_id)
  VALUES (NEW.id, coalesce(NEW.organization_id, '00000000-0000-0000-0000-000000000000'));
  RETURN NULL;
END
$$;
CREATE TRIGGER note_unchained AFTER INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION note_unchained();
INSERT INTO audit_unchained (event_id, organization_id)
SELECT id, coalesce(organization_id, '00000000-0000-0000-0000-000000000000') FROM audit_events;

-- ---- the keeper --------------------------------------------------------------------------------

-- An event as its link covers it: every column; the moment is spelled alike whatever the session's time zone.
CREATE FUNCTION audit_event_record(event audit_events) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT to_jsonb(event) || jsonb_build_object('at', to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
$$;

-- Some trails with events that are not chained, locked until the end of the transaction. Trails that another keeper has in
-- its hands are left out.
CREATE FUNCTION unchained_events(at_most integer)
RETURNS TABLE (organization_id uuid, sequence bigint, hash bytea, event jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  waiting uuid[];
  locked uuid[];
BEGIN
  waiting := ARRAY(
    SELECT DISTINCT organization_id
    FROM (SELECT organization_id FROM audit_unchained ORDER BY event_id LIMIT at_most) u ORDER BY organization_id
  );
  INSERT INTO audit_trails (organization_id)
  SELECT w FROM unnest(waiting) w WHERE NOT EXISTS (SELECT FROM audit_trails t WHERE t.organization_id = w)
  ORDER BY w ON CONFLICT DO NOTHING;
  locked := ARRAY(
    SELECT organization_id FROM audit_trails WHERE organization_id = ANY (waiting) ORDER BY organization_id
    FOR NO KEY UPDATE SKIP LOCKED
  );
  -- A statement of its own: it sees what the keeper committed that had the locks before.
  RETURN QUERY
    SELECT t.organization_id, t.sequence, t.hash, audit_event_record(e)
    FROM audit_trails t
    JOIN audit_unchained u ON u.organization_id = t.organization_id
    JOIN audit_events e ON e.id = u.event_id
    WHERE t.organization_id = ANY (locked)
    ORDER BY u.event_id LIMIT at_most;
END
$$;

CREATE FUNCTION chain_events(
  organizations uuid[], sequences bigint[], events uuid[], digests bytea[], hashes bytea[], with_key bytea
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO audit_chain (organization_id, sequence, event_id, digest, hash, key_id)
  SELECT l.*, with_key FROM unnest(organizations, sequences, events, digests, hashes) l;
  DELETE FROM audit_unchained WHERE event_id = ANY (events);
  UPDATE audit_trails t SET sequence = l.sequence, hash = l.hash, chained_at = now()
  FROM (
    SELECT DISTINCT ON (organization_id) organization_id, sequence, hash
    FROM unnest(organizations, sequences, hashes) l (organization_id, sequence, hash)
    ORDER BY organization_id, sequence DESC
  ) l
  WHERE t.organization_id = l.organization_id
$$;

-- ---- purge -------------------------------------------------------------------------------------

ALTER TABLE organizations
  -- When everything of it is removed, unless it is resumed before.
  ADD COLUMN purge_at timestamptz(3),
  -- How far its task results were looked for already: the last id that was looked at.
  ADD COLUMN purged_up_to uuid,
  ADD CHECK (purge_at IS NULL OR state = 'suspended');
CREATE INDEX organizations_to_purge ON organizations (purge_at) WHERE purge_at IS NOT NULL;

-- Whoever serves can ask for a purge, and nobody for one at once: a day is left to notice it.
CREATE FUNCTION purge_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.purge_at < now() + interval '23 hours' THEN
    RAISE EXCEPTION 'an organization is purged a day from now at the earliest' USING ERRCODE = 'restrict_violation';
  END IF;
  NEW.purged_up_to := NULL;
  RETURN NEW;
END
$$;
CREATE TRIGGER purge_later BEFORE INSERT OR UPDATE OF purge_at ON organizations FOR EACH ROW
  WHEN (NEW.purge_at IS NOT NULL) EXECUTE FUNCTION purge_later();

-- Slugs of purged organizations: links and habits still lead there, so nobody else gets one.
CREATE TABLE retired_slugs (
  slug       text PRIMARY KEY,
  retired_at timestamptz(3) NOT NULL DEFAULT now()
);

-- After the row is in, so that a purge that this insert waited for is seen.
CREATE FUNCTION refuse_retired_slug() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM retired_slugs WHERE slug = NEW.slug) THEN
    RAISE EXCEPTION 'the slug was used before' USING ERRCODE = 'unique_violation', CONSTRAINT = 'retired_slugs_pkey';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER refuse_retired_slug AFTER INSERT ON organizations FOR EACH ROW EXECUTE FUNCTION refuse_retired_slug();

-- Removes some rows of one organization whose time has come, its keys first, so that what is sealed stays sealed for ever.
-- Null when no purge is due; `emptied` when only the organization itself and its trail are left.
CREATE FUNCTION purge_some(OUT organization_id uuid, OUT slug text, OUT emptied boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  due organizations;
BEGIN
  SELECT o.* INTO due FROM organizations o
  WHERE o.purge_at <= now() AND o.state = 'suspended' ORDER BY o.purge_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  organization_id := due.id;
  slug := due.slug;
  emptied := NOT (
    purge_rows(due.id, ARRAY['data_keys', 'api_tokens', 'refusals'], 1000)
    OR purge_task_results(due.id, due.purged_up_to, 5000)
    -- Each of these is looked for among all task results before it goes: a few at a time.
    OR purge_rows(due.id, ARRAY['hmac_keys'], 5)
    OR purge_run_tasks(due.id, 5)
    OR EXISTS (SELECT FROM audit_unchained u WHERE u.organization_id = due.id)
  );
END
$$;

-- The first of these tables that has rows loses some.
CREATE FUNCTION purge_rows(of_organization uuid, tables text[], at_most integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  name text;
  removed integer;
BEGIN
  FOREACH name IN ARRAY tables LOOP
    EXECUTE format('DELETE FROM %1$I WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$I WHERE organization_id = $1 LIMIT $2))', name)
    USING of_organization, at_most;
    GET DIAGNOSTICS removed = ROW_COUNT;
    IF removed > 0 THEN
      RETURN true;
    END IF;
  END LOOP;
  RETURN false;
END
$$;

-- No index of task results begins with the organization, so all are walked once, in order of id, some at a time. What hangs
-- on them goes with them.
CREATE FUNCTION purge_task_results(of_organization uuid, after uuid, window_size integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  own uuid[];
  last uuid;
BEGIN
  SELECT array_agg(w.id) FILTER (WHERE w.organization_id = of_organization), (array_agg(w.id ORDER BY w.id DESC))[1]
  INTO own, last
  FROM (
    SELECT t.id, t.organization_id FROM task_results t
    WHERE t.id > coalesce(after, '00000000-0000-0000-0000-000000000000') ORDER BY t.id LIMIT window_size
  ) w;
  IF last IS NULL THEN
    RETURN false;
  END IF;
  DELETE FROM task_results t WHERE t.id = ANY (own) AND t.organization_id = of_organization;
  UPDATE organizations o SET purged_up_to = last WHERE o.id = of_organization;
  RETURN true;
END
$$;

-- Old versions first; a run task and its current version refer to each other, and go together.
CREATE FUNCTION purge_run_tasks(of_organization uuid, at_most integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  chosen uuid[];
  removed integer;
BEGIN
  DELETE FROM run_task_versions WHERE id = ANY (ARRAY(
    SELECT v.id FROM run_task_versions v
    WHERE v.organization_id = of_organization
      AND NOT EXISTS (SELECT FROM run_tasks t WHERE t.organization_id = of_organization AND t.current_version_id = v.id)
    LIMIT at_most
  ));
  GET DIAGNOSTICS removed = ROW_COUNT;
  IF removed > 0 THEN
    RETURN true;
  END IF;
  chosen := ARRAY(SELECT t.id FROM run_tasks t WHERE t.organization_id = of_organization LIMIT at_most);
  DELETE FROM run_task_versions v WHERE v.organization_id = of_organization AND v.run_task_id = ANY (chosen);
  DELETE FROM run_tasks t WHERE t.organization_id = of_organization AND t.id = ANY (chosen);
  RETURN chosen <> '{}';
END
$$;

-- Where the trail of an emptied organization ends, for its last checkpoint.
CREATE FUNCTION trail_end(of_trail uuid) RETURNS TABLE (sequence bigint, hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT t.sequence, t.hash FROM audit_trails t WHERE t.organization_id = of_trail
$$;

-- The end of an organization: its events go, their hashes stay, and its slug is nobody's for ever. False when something of
-- it came up in between.
CREATE FUNCTION finish_purge(
  in_organization uuid, at_sequence bigint, at_hash bytea, moment timestamptz, with_key bytea, signed bytea, event uuid, by jsonb
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  gone organizations;
  ended bigint;
BEGIN
  SELECT o.* INTO gone FROM organizations o
  WHERE o.id = in_organization AND o.purge_at <= now() AND o.state = 'suspended' FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT t.sequence INTO ended FROM audit_trails t WHERE t.organization_id = in_organization FOR UPDATE;
  IF coalesce(ended, 0) <> at_sequence OR EXISTS (SELECT FROM audit_unchained u WHERE u.organization_id = in_organization) THEN
    RETURN false;
  END IF;
  INSERT INTO audit_checkpoints (organization_id, sequence, reason, hash, at, key_id, signature)
  VALUES (in_organization, at_sequence, 'purge', at_hash, moment, with_key, signed);
  DELETE FROM audit_events e WHERE e.organization_id = in_organization;
  INSERT INTO retired_slugs (slug) VALUES (gone.slug);
  INSERT INTO audit_events (id, organization_id, actor, action, subject, before)
  VALUES (event, NULL, by, 'organization.purged', jsonb_build_object('kind', 'organization', 'name', gone.slug),
          jsonb_build_object('id', gone.id, 'events', at_sequence));
  DELETE FROM organizations o WHERE o.id = in_organization;
  RETURN true;
END
$$;

-- ---- who sees what -----------------------------------------------------------------------------

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['audit_unchained', 'audit_trails', 'audit_chain', 'audit_checkpoints'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY keeper ON %I TO rungate_keeper USING (true)', name);
    EXECUTE format('CREATE POLICY platform ON %I FOR SELECT TO rungate_platform USING (true)', name);
  END LOOP;
END
$$;
-- Whatever is purged: the keeper sees it, and removes it through its functions alone.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'organizations', 'data_keys', 'api_tokens', 'delivery_attempts', 'deliveries', 'check_results', 'task_results', 'refusals',
    'hmac_keys', 'run_task_versions', 'run_tasks', 'audit_events'
  ] LOOP
    EXECUTE format('CREATE POLICY keeper ON %I TO rungate_keeper USING (true)', name);
    EXECUTE format('GRANT SELECT, DELETE ON %I TO rungate_keeper', name);
  END LOOP;
END
$$;
ALTER TABLE retired_slugs ENABLE ROW LEVEL SECURITY;
ALTER TABLE retired_slugs FORCE ROW LEVEL SECURITY;
CREATE POLICY keeper ON retired_slugs TO rungate_keeper USING (true);
CREATE POLICY flow ON audit_trails FOR SELECT TO rungate_flow USING (true);

GRANT USAGE ON SCHEMA public TO rungate_keeper;
GRANT UPDATE (purged_up_to) ON organizations TO rungate_keeper;
GRANT UPDATE (purge_at) ON organizations TO rungate_organization;
GRANT INSERT ON audit_events TO rungate_keeper;
GRANT SELECT, INSERT ON retired_slugs TO rungate_keeper;
GRANT SELECT, INSERT, DELETE ON audit_unchained TO rungate_keeper;
GRANT SELECT, INSERT, UPDATE ON audit_trails TO rungate_keeper;
GRANT SELECT, INSERT, DELETE ON audit_chain, audit_checkpoints TO rungate_keeper;
GRANT SELECT ON audit_unchained, audit_trails, audit_chain, audit_checkpoints TO rungate_platform;
GRANT SELECT ON audit_trails TO rungate_flow;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_event_record(audit_events) TO rungate_keeper, rungate_platform;
GRANT EXECUTE ON FUNCTION unchained_events(integer), chain_events(uuid[], bigint[], uuid[], bytea[], bytea[], bytea),
  purge_some(), trail_end(uuid), finish_purge(uuid, bigint, bytea, timestamptz, bytea, bytea, uuid, jsonb)
  TO rungate_flow;

-- Giving a function away needs membership with SET and a recipient that may create in the schema, both for a moment.
GRANT CREATE ON SCHEMA public TO rungate_keeper;
DO $$
DECLARE
  signature regprocedure;
BEGIN
  EXECUTE 'GRANT rungate_keeper TO CURRENT_USER';
  FOREACH signature IN ARRAY ARRAY[
    'note_unchained()', 'unchained_events(integer)', 'chain_events(uuid[], bigint[], uuid[], bytea[], bytea[], bytea)',
    'purge_some()', 'purge_rows(uuid, text[], integer)', 'purge_task_results(uuid, uuid, integer)',
    'purge_run_tasks(uuid, integer)', 'trail_end(uuid)', 'refuse_retired_slug()',
    'finish_purge(uuid, bigint, bytea, timestamptz, bytea, bytea, uuid, jsonb)'
  ]::regprocedure[] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO rungate_keeper', signature);
  END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM rungate_keeper;
