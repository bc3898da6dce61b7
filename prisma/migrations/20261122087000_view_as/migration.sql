-- Somebody of the platform sees an organization's pages as its viewers do, for a while, and the organization sees who did
-- (P1-17). What it is for: docs/guides/access.md.

-- Whether the organization lets them.
ALTER TABLE organizations ADD COLUMN views_allowed boolean NOT NULL DEFAULT true;

CREATE TABLE organization_views (
  id              uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  -- Of the platform, which views the organization while this lasts; null when its row was removed.
  session_id      uuid REFERENCES sessions (id) ON DELETE SET NULL,
  viewer_name     text NOT NULL,
  viewer_role     text NOT NULL,
  reason          text NOT NULL CHECK (reason <> ''),
  started_at      timestamptz(3) NOT NULL,
  ends_at         timestamptz(3) NOT NULL,
  -- Before its time, by whoever looked or by the organization.
  ended_at        timestamptz(3),
  CHECK (ends_at <= started_at + interval '30 minutes')
);
CREATE INDEX organization_views_of_organization ON organization_views (organization_id, id);
CREATE INDEX organization_views_of_session ON organization_views (session_id) WHERE ended_at IS NULL;

-- As before, and with the organization that the session views. Only a session of the platform does.
DROP FUNCTION find_session(bytea, boolean, boolean);
CREATE FUNCTION find_session(session_hash bytea, active boolean, development boolean)
RETURNS TABLE (id uuid, identity_id uuid, connection_id uuid, type text, is_development boolean, name text, email text, subject text,
  role text, organization_id uuid, slug text, idle_ends_at timestamptz, ends_at timestamptz, stepped_up_at timestamptz,
  view_id uuid, viewed_id uuid, viewed_slug text, view_ends_at timestamptz, view_reason text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF active THEN
    UPDATE sessions SET seen_at = now()
    WHERE id = (SELECT id FROM sessions WHERE hash = session_hash AND revoked_at IS NULL AND ends_at > now()
      AND seen_at + make_interval(secs => idle_seconds) > now() AND seen_at < now() - interval '30 seconds'
      FOR NO KEY UPDATE SKIP LOCKED);
  END IF;
  RETURN QUERY
    SELECT s.id, i.id, c.id, c.type, c.development, i.name, i.email, i.subject, i.role, i.organization_id, o.slug,
      least(s.seen_at + make_interval(secs => s.idle_seconds), s.ends_at), s.ends_at::timestamptz, s.stepped_up_at::timestamptz,
      v.id, v.organization_id, v.slug, v.ends_at, v.reason
    FROM sessions s JOIN identities i ON i.id = s.identity_id JOIN sso_connections c ON c.id = i.connection_id
      LEFT JOIN organizations o ON o.id = i.organization_id
      LEFT JOIN LATERAL (
        SELECT w.id, w.organization_id, viewed.slug, w.ends_at::timestamptz AS ends_at, w.reason
        FROM organization_views w JOIN organizations viewed ON viewed.id = w.organization_id AND viewed.views_allowed
        WHERE w.session_id = s.id AND w.ended_at IS NULL AND w.ends_at > now() AND i.organization_id IS NULL
        ORDER BY w.id DESC LIMIT 1
      ) v ON true
    WHERE s.hash = session_hash AND s.revoked_at IS NULL AND s.ends_at > now()
      AND s.seen_at + make_interval(secs => s.idle_seconds) > now()
      AND i.state = 'active' AND c.status IN ('active', 'testing') AND (find_session.development OR NOT c.development);
END
$$;

-- ---- who sees what ------------------------------------------------------------------------------

ALTER TABLE organization_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE organization_views FORCE ROW LEVEL SECURITY;
CREATE POLICY organization ON organization_views TO rungate_organization
  USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);
CREATE POLICY platform ON organization_views FOR SELECT TO rungate_platform USING (true);
CREATE POLICY definer ON organization_views TO rungate_definer USING (true);
GRANT SELECT, INSERT, UPDATE (ended_at) ON organization_views TO rungate_organization;
GRANT SELECT ON organization_views TO rungate_platform, rungate_definer;

GRANT UPDATE (views_allowed) ON organizations TO rungate_organization;
GRANT SELECT (views_allowed) ON organizations TO rungate_definer;

REVOKE ALL ON FUNCTION find_session(bytea, boolean, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_session(bytea, boolean, boolean) TO rungate_organization;
GRANT CREATE ON SCHEMA public TO rungate_definer;
ALTER FUNCTION find_session(bytea, boolean, boolean) OWNER TO rungate_definer;
REVOKE CREATE ON SCHEMA public FROM rungate_definer;
