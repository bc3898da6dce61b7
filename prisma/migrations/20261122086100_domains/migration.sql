-- E-mail domains are proved by DNS, looked at again each month, and lead people to their provider. What it is for: docs/guides/sso.md.

ALTER TABLE sso_domains
  -- Since when a record that was there is there no longer.
  ADD COLUMN missing_since timestamptz(3),
  -- Null: nobody looks by himself. Who looks moves it on first, so that no two do.
  ADD COLUMN look_at       timestamptz(3);
CREATE INDEX sso_domains_to_look_at ON sso_domains (look_at) WHERE look_at IS NOT NULL;
GRANT UPDATE (missing_since, look_at) ON sso_domains TO rungate_organization;

-- As before, with their names: whoever has a choice is asked by them.
DROP FUNCTION find_connections_of_domain(text);
CREATE FUNCTION find_connections_of_domain(wanted text) RETURNS TABLE (id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.id, c.name FROM sso_domains d
  JOIN sso_connections c ON c.organization_id = d.organization_id AND c.status = 'active' AND c.discoverable
  WHERE d.domain = wanted AND d.verified_at IS NOT NULL ORDER BY c.id LIMIT 10
$$;

-- Of the organization that the transaction is for; false when it has none of this id.
CREATE FUNCTION forget_domain(wanted uuid) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS (
    DELETE FROM sso_domains
    WHERE id = wanted AND organization_id = nullif(current_setting('app.organization', true), '')::uuid
    RETURNING 1)
  SELECT EXISTS (SELECT FROM gone)
$$;
GRANT DELETE ON sso_domains TO rungate_definer;

DO $$
DECLARE
  signature text;
BEGIN
  GRANT CREATE ON SCHEMA public TO rungate_definer;
  FOREACH signature IN ARRAY ARRAY['find_connections_of_domain(text)', 'forget_domain(uuid)'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rungate_organization', signature);
    EXECUTE format('ALTER FUNCTION %s OWNER TO rungate_definer', signature);
  END LOOP;
  REVOKE CREATE ON SCHEMA public FROM rungate_definer;
END
$$;
