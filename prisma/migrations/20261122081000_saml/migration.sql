-- Sign-in by SAML. The provider's answer is posted by a page of the provider, where our cookie is not sent: it is checked there,
-- waits in the attempt that it answers, and counts for the browser that began the attempt. What it is for:
-- docs/guides/sign-in.md. Assertions that were taken are in used_assertions.

-- `state.request`: id of the request that was sent; `state.answer`: what the provider vouched for.
CREATE INDEX login_attempts_by_saml_request ON login_attempts (connection_id, (state ->> 'request')) WHERE state ? 'request';

CREATE FUNCTION is_saml_request_pending(through uuid, request text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM login_attempts a WHERE a.connection_id = through AND a.state ? 'request'
    AND a.state ->> 'request' = request AND NOT a.state ? 'answer' AND a.expires_at > now())
$$;

-- Once: false when it was answered before, or nobody waits.
CREATE FUNCTION answer_saml_request(through uuid, request text, said jsonb) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH answered AS (
    UPDATE login_attempts a SET state = a.state || jsonb_build_object('answer', said)
    WHERE a.connection_id = through AND a.state ? 'request' AND a.state ->> 'request' = request AND NOT a.state ? 'answer'
      AND a.expires_at > now()
    RETURNING 1)
  SELECT EXISTS (SELECT FROM answered)
$$;

GRANT UPDATE (state) ON login_attempts TO rungate_definer;

DO $$
DECLARE
  signature text;
BEGIN
  GRANT CREATE ON SCHEMA public TO rungate_definer;
  FOREACH signature IN ARRAY ARRAY['is_saml_request_pending(uuid, text)', 'answer_saml_request(uuid, text, jsonb)'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rungate_organization', signature);
    EXECUTE format('ALTER FUNCTION %s OWNER TO rungate_definer', signature);
  END LOOP;
  REVOKE CREATE ON SCHEMA public FROM rungate_definer;
END
$$;
