-- Which Terraforms an organization may reach, and what it was granted there. What it is for: docs/guides/egress.md.

CREATE TABLE terraform_origins (
  organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  -- scheme://host[:port]
  origin          text NOT NULL,
  state           text NOT NULL CHECK (state IN ('pending', 'approved', 'refused')),
  -- CIDRs of private addresses that the host may lead to.
  private_ranges  text[] NOT NULL DEFAULT '{}',
  -- PEM of authorities that count for this origin besides the usual ones.
  ca_bundle       text,
  requested_by    text NOT NULL,
  requested_at    timestamptz(3) NOT NULL DEFAULT now(),
  decided_by      text,
  decided_at      timestamptz(3),
  -- Raised by every change.
  revision        integer NOT NULL DEFAULT 1,
  PRIMARY KEY (organization_id, origin),
  CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
  CHECK (state = 'pending' OR decided_by IS NOT NULL)
);

-- Run tasks that are there were all set up by operators.
ALTER TABLE run_tasks NO FORCE ROW LEVEL SECURITY;
ALTER TABLE run_task_versions NO FORCE ROW LEVEL SECURITY;
INSERT INTO terraform_origins (organization_id, origin, state, requested_by, decided_by, decided_at)
SELECT DISTINCT v.organization_id, o.origin, 'approved', 'migration', 'migration', now()
FROM run_tasks t
JOIN run_task_versions v ON v.organization_id = t.organization_id AND v.id = t.current_version_id
CROSS JOIN LATERAL unnest(v.terraform_origin || v.download_origins) AS o (origin)
WHERE o.origin !~ '^https://(app|archivist)\.(eu\.)?terraform\.io$';
ALTER TABLE run_tasks FORCE ROW LEVEL SECURITY;
ALTER TABLE run_task_versions FORCE ROW LEVEL SECURITY;

ALTER TABLE refusals
  DROP CONSTRAINT refusals_reason_check,
  ADD CONSTRAINT refusals_reason_check
    CHECK (reason IN ('not_json', 'not_a_request', 'callback_off_origin', 'origin_not_approved', 'bad_signature'));

-- All that ingress learns: whether an origin is approved, never what was granted.
CREATE FUNCTION origin_state(in_organization uuid, wanted_origin text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.state FROM terraform_origins o WHERE o.organization_id = in_organization AND o.origin = wanted_origin
$$;

-- ---- who sees what -----------------------------------------------------------------------------

ALTER TABLE terraform_origins ENABLE ROW LEVEL SECURITY;
ALTER TABLE terraform_origins FORCE ROW LEVEL SECURITY;
CREATE POLICY organization ON terraform_origins TO rungate_organization
  USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);
CREATE POLICY platform ON terraform_origins FOR SELECT TO rungate_platform USING (true);
CREATE POLICY definer ON terraform_origins FOR SELECT TO rungate_definer USING (true);

GRANT SELECT, INSERT ON terraform_origins TO rungate_organization;
GRANT UPDATE (state, private_ranges, ca_bundle, decided_by, decided_at, revision) ON terraform_origins
  TO rungate_organization;
GRANT SELECT ON terraform_origins TO rungate_platform;
GRANT SELECT (organization_id, origin, state) ON terraform_origins TO rungate_definer;

REVOKE ALL ON FUNCTION origin_state(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION origin_state(uuid, text) TO rungate_ingress;
GRANT CREATE ON SCHEMA public TO rungate_definer;
ALTER FUNCTION origin_state(uuid, text) OWNER TO rungate_definer;
REVOKE CREATE ON SCHEMA public FROM rungate_definer;
