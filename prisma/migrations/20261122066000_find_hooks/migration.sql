-- The hooks of many requests in one statement: with thousands of organizations hardly any is remembered.

DROP FUNCTION find_hook(text);
DROP FUNCTION origin_state(uuid, text);

CREATE FUNCTION find_hooks(wanted_hooks text[])
RETURNS TABLE (
  "position" bigint, organization_id uuid, suspended boolean, run_task_id uuid, version_id uuid, terraform_origin text,
  origin_state text, deadline_profile text, hmac_data_key_id uuid, hmac_data_key bytea, grant_key_id uuid,
  grant_public_key bytea, key_ids uuid[], sealed_secrets bytea[]
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT wanted.position, found.*
  FROM unnest(wanted_hooks) WITH ORDINALITY AS wanted (hook_id, position)
  -- One after another, each by its index: a plan that was made while the tables were empty stays right.
  CROSS JOIN LATERAL (
    SELECT t.organization_id, o.state = 'suspended', t.id, v.id, v.terraform_origin,
           (SELECT r.state FROM terraform_origins r
            WHERE r.organization_id = t.organization_id AND r.origin = v.terraform_origin),
           v.deadline_profile, h.id, h.wrapped, g.id, g.public_key, k.ids, k.sealed
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
    WHERE t.hook_id = wanted.hook_id
    LIMIT 1
  ) found
$$;

REVOKE ALL ON FUNCTION find_hooks(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_hooks(text[]) TO rungate_ingress;
GRANT CREATE ON SCHEMA public TO rungate_definer;
ALTER FUNCTION find_hooks(text[]) OWNER TO rungate_definer;
REVOKE CREATE ON SCHEMA public FROM rungate_definer;
