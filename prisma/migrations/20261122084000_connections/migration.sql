-- Connections are made, tried and switched on by those who manage them, and set up by a customer's own people through a link.
-- What it is for: docs/guides/sso.md.

-- The last try, whatever came of it; `tested_at` is when the present settings passed one.
ALTER TABLE sso_connections ADD COLUMN test jsonb;
ALTER TABLE sso_connections ADD COLUMN has_client_secret boolean GENERATED ALWAYS AS (sealed_client_secret IS NOT NULL) STORED;
-- A try has no state of its own: it is made in any.
ALTER TABLE sso_connections DROP CONSTRAINT sso_connections_status_check;
ALTER TABLE sso_connections ADD CONSTRAINT sso_connections_status_check CHECK (status IN ('draft', 'active', 'disabled'));

GRANT SELECT (test, has_client_secret), UPDATE (type, test) ON sso_connections TO rungate_organization, rungate_platform;

-- Whoever opened a link for one connection holds a cookie of 256 random bits, of which this is the SHA-256.
ALTER TABLE one_time_links ADD COLUMN session_hash bytea CONSTRAINT one_time_links_session_hash_key UNIQUE;
ALTER TABLE one_time_links ADD COLUMN session_ends_at timestamptz(3);
ALTER TABLE one_time_links ADD CHECK (purpose <> 'connection' OR organization_id IS NOT NULL AND connection_id IS NOT NULL);
CREATE INDEX one_time_links_of_connection ON one_time_links (connection_id) WHERE connection_id IS NOT NULL;
GRANT UPDATE (session_ends_at) ON one_time_links TO rungate_organization;
GRANT UPDATE (session_hash, session_ends_at) ON one_time_links TO rungate_definer;

-- As before; only what is active makes an issuer shared, or a draft would close the provider of another to newcomers.
CREATE OR REPLACE FUNCTION find_sign_in_connection(wanted uuid)
RETURNS TABLE (connection jsonb, client_secret bytea, organization text, is_issuer_shared boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT to_jsonb(c) - '{sealed_client_secret,test,metadata}'::text[], c.sealed_client_secret, o.slug,
    EXISTS (SELECT FROM sso_connections d
      WHERE d.issuer = c.issuer AND d.plane <> c.plane AND d.status = 'active' AND NOT d.development)
  FROM sso_connections c LEFT JOIN organizations o ON o.id = c.organization_id
  WHERE c.id = wanted
$$;

-- As before; a session whose name at the provider is not known ends with its person.
CREATE OR REPLACE FUNCTION end_provider_sessions(through uuid, of_subject text, of_session text) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH ended AS (
    UPDATE sessions s SET revoked_at = now() FROM identities i
    WHERE i.id = s.identity_id AND i.connection_id = through AND s.revoked_at IS NULL
      AND (of_subject IS NULL OR i.subject = of_subject)
      AND (of_session IS NULL OR s.provider_session = of_session OR s.provider_session IS NULL AND of_subject IS NOT NULL)
      AND (of_subject IS NOT NULL OR of_session IS NOT NULL)
    RETURNING 1)
  SELECT count(*)::integer FROM ended
$$;

-- The one active connection of an organization; null where whoever asks may not know of it, or there is no such organization.
CREATE FUNCTION find_connection_of_organization(wanted text, known_task_result uuid, development boolean) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN count(*) = 1 AND (bool_and(c.discoverable)
      OR EXISTS (SELECT FROM task_results t WHERE t.id = known_task_result AND t.organization_id = o.id))
    THEN min(c.id::text)::uuid END
  FROM organizations o JOIN sso_connections c ON c.organization_id = o.id AND c.status = 'active'
    AND (find_connection_of_organization.development OR NOT c.development)
  WHERE o.slug = wanted GROUP BY o.id
$$;

-- Used once; for a draft alone.
CREATE FUNCTION open_setup_link(link_hash bytea, cookie_hash bytea, seconds integer) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH opened AS (
    UPDATE one_time_links l SET used_at = now(), session_hash = cookie_hash, session_ends_at = now() + make_interval(secs => seconds)
    FROM sso_connections c
    WHERE l.hash = link_hash AND l.purpose = 'connection' AND l.used_at IS NULL AND l.expires_at > now()
      AND c.id = l.connection_id AND c.organization_id = l.organization_id AND c.status = 'draft'
    RETURNING 1)
  SELECT EXISTS (SELECT FROM opened)
$$;

CREATE FUNCTION find_setup_visit(cookie_hash bytea)
RETURNS TABLE (link_id uuid, organization_id uuid, slug text, display_name text, connection_id uuid, made_by text, ends_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT l.id, o.id, o.slug, o.display_name, c.id, l.created_by, l.session_ends_at::timestamptz
  FROM one_time_links l JOIN sso_connections c ON c.id = l.connection_id AND c.organization_id = l.organization_id
    JOIN organizations o ON o.id = l.organization_id
  WHERE l.session_hash = cookie_hash AND l.session_ends_at > now() AND c.status = 'draft'
$$;

CREATE FUNCTION end_setup_visit(cookie_hash bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE one_time_links SET session_ends_at = now() WHERE session_hash = cookie_hash AND session_ends_at > now()
$$;

DO $$
DECLARE
  signature text;
BEGIN
  GRANT CREATE ON SCHEMA public TO rungate_definer;
  FOREACH signature IN ARRAY ARRAY['find_connection_of_organization(text, uuid, boolean)', 'open_setup_link(bytea, bytea, integer)',
    'find_setup_visit(bytea)', 'end_setup_visit(bytea)'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rungate_organization', signature);
    EXECUTE format('ALTER FUNCTION %s OWNER TO rungate_definer', signature);
  END LOOP;
  REVOKE CREATE ON SCHEMA public FROM rungate_definer;
END
$$;
