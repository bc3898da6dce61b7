-- People sign in: connections to identity providers, who came through them, and their sessions. What it is for:
-- docs/guides/sign-in.md.
--
-- The plane of a row is its organization, or, where that is null, the platform. A foreign key with a null in it would not be
-- checked, so `plane` says the same without null: nobody of an organization's connection is of the platform (P1-20).

CREATE TABLE sso_connections (
  id                   uuid PRIMARY KEY,
  organization_id      uuid REFERENCES organizations (id) ON DELETE CASCADE,
  plane                uuid NOT NULL GENERATED ALWAYS AS (coalesce(organization_id, '00000000-0000-0000-0000-000000000000')) STORED,
  -- `link`: the one-time links that `rungate admin` makes, one row for the installation.
  type                 text NOT NULL CHECK (type IN ('oidc', 'saml', 'link')),
  name                 text NOT NULL,
  status               text NOT NULL CHECK (status IN ('draft', 'testing', 'active', 'disabled')),
  -- Of the development identity provider: refused where development is off (P0-11).
  development          boolean NOT NULL DEFAULT false,
  -- OIDC: as in its discovery document, to the letter. SAML: entity id of the provider.
  issuer               text,
  client_id            text,
  sealed_client_secret bytea,
  scopes               text[] NOT NULL DEFAULT '{openid,profile,email}',
  -- SAML: what the provider published, where, and which of its certificates count.
  metadata             text,
  metadata_url         text,
  sign_in_url          text,
  certificates         jsonb NOT NULL DEFAULT '[]',
  -- Of the platform's own providers alone: what their hosts may lead to. An organization's are in terraform_origins.
  private_ranges       text[] NOT NULL DEFAULT '{}',
  ca_bundle            text,
  -- Which claims hold name, e-mail and groups.
  attribute_map        jsonb NOT NULL DEFAULT '{}',
  -- What everybody who is admitted must have: binds a provider of many tenants to one of them (P0-15).
  required_claims      jsonb NOT NULL DEFAULT '[]',
  -- The first that matches gives the role.
  role_rules           jsonb NOT NULL DEFAULT '[]',
  -- Of whom no rule matches; null: nobody is admitted without a rule.
  default_role         text,
  -- Whether people who were never here become members by signing in.
  jit                  boolean NOT NULL DEFAULT true,
  -- Shorter than the plane's own; null: as the plane's.
  idle_minutes         integer CHECK (idle_minutes BETWEEN 5 AND 480),
  absolute_minutes     integer CHECK (absolute_minutes BETWEEN 15 AND 1440),
  -- Found by the domain of an e-mail address.
  discoverable         boolean NOT NULL DEFAULT false,
  tested_at            timestamptz(3),
  activated_at         timestamptz(3),
  created_at           timestamptz(3) NOT NULL DEFAULT now(),
  revision             integer NOT NULL DEFAULT 1,
  UNIQUE (id, plane),
  CHECK (type <> 'link' OR organization_id IS NULL),
  CHECK (organization_id IS NULL OR (private_ranges = '{}' AND ca_bundle IS NULL)),
  CHECK (default_role IS NULL OR (organization_id IS NULL) = (default_role IN ('owner', 'operator', 'onboarder', 'support', 'auditor'))),
  CHECK (default_role IS NULL OR default_role IN ('owner', 'operator', 'onboarder', 'support', 'auditor', 'admin', 'editor', 'viewer'))
);
CREATE INDEX sso_connections_of_organization ON sso_connections (organization_id, id);
CREATE INDEX sso_connections_by_issuer ON sso_connections (issuer);

INSERT INTO sso_connections (id, type, name, status, activated_at)
VALUES ('00000000-0000-7000-8000-000000000001', 'link', 'One-time link', 'active', now());

-- E-mail domains that belong to an organization or to the platform.
CREATE TABLE sso_domains (
  id              uuid PRIMARY KEY,
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  domain          text NOT NULL,
  -- What a TXT record of the domain must say.
  challenge       text NOT NULL,
  -- `operator`: the platform's owner says so, where there is no DNS to ask.
  verified_by     text CHECK (verified_by IN ('dns', 'operator')),
  verified_at     timestamptz(3),
  checked_at      timestamptz(3),
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  CHECK ((verified_by IS NULL) = (verified_at IS NULL)),
  UNIQUE NULLS NOT DISTINCT (organization_id, domain)
);
CREATE UNIQUE INDEX sso_domains_verified ON sso_domains (domain) WHERE verified_at IS NOT NULL;

-- Who came through a connection. E-mail is a label: only (connection, subject) tells people apart.
CREATE TABLE identities (
  id              uuid PRIMARY KEY,
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  plane           uuid NOT NULL GENERATED ALWAYS AS (coalesce(organization_id, '00000000-0000-0000-0000-000000000000')) STORED,
  connection_id   uuid NOT NULL,
  subject         text NOT NULL,
  name            text NOT NULL,
  email           text,
  role            text NOT NULL,
  -- A rule's or the default role is given anew at each sign-in; what a person gave stays until a rule says otherwise.
  role_from       text NOT NULL CHECK (role_from IN ('rule', 'default', 'person')),
  state           text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'blocked')),
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  signed_in_at    timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (id, plane),
  UNIQUE (connection_id, subject),
  FOREIGN KEY (connection_id, plane) REFERENCES sso_connections (id, plane) ON DELETE CASCADE,
  CHECK (role IN ('owner', 'operator', 'onboarder', 'support', 'auditor', 'admin', 'editor', 'viewer')),
  CHECK ((organization_id IS NULL) = (role IN ('owner', 'operator', 'onboarder', 'support', 'auditor')))
);
CREATE INDEX identities_of_organization ON identities (organization_id, id);

CREATE TABLE sessions (
  id               uuid PRIMARY KEY,
  organization_id  uuid REFERENCES organizations (id) ON DELETE CASCADE,
  plane            uuid NOT NULL GENERATED ALWAYS AS (coalesce(organization_id, '00000000-0000-0000-0000-000000000000')) STORED,
  identity_id      uuid NOT NULL,
  -- SHA-256 of what the cookie holds.
  hash             bytea NOT NULL UNIQUE,
  created_at       timestamptz(3) NOT NULL DEFAULT now(),
  seen_at          timestamptz(3) NOT NULL DEFAULT now(),
  idle_seconds     integer NOT NULL,
  ends_at          timestamptz(3) NOT NULL,
  -- When the person last proved to the provider who he is.
  stepped_up_at    timestamptz(3),
  -- The provider's own name of its session, for its logout.
  provider_session text,
  sealed_id_token  bytea,
  user_agent       text,
  address          text,
  revoked_at       timestamptz(3),
  FOREIGN KEY (identity_id, plane) REFERENCES identities (id, plane) ON DELETE CASCADE
);
CREATE INDEX sessions_of_identity ON sessions (identity_id, id);
CREATE INDEX sessions_by_end ON sessions (ends_at);

-- A sign-in that was begun in one browser and has not come back yet.
CREATE TABLE login_attempts (
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  -- SHA-256 of what the cookie of the attempt holds.
  hash            bytea PRIMARY KEY,
  connection_id   uuid NOT NULL REFERENCES sso_connections (id) ON DELETE CASCADE,
  -- Nonce, state, PKCE verifier, request id: what the strategy remembers.
  state           jsonb NOT NULL,
  return_path     text NOT NULL,
  -- Who must come back, when it is to prove that he is still himself.
  identity_id     uuid REFERENCES identities (id) ON DELETE CASCADE,
  expires_at      timestamptz(3) NOT NULL
);
CREATE INDEX login_attempts_by_end ON login_attempts (expires_at);

-- Assertions and logout tokens that were taken: none counts twice.
CREATE TABLE used_assertions (
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  connection_id   uuid NOT NULL REFERENCES sso_connections (id) ON DELETE CASCADE,
  -- SHA-256 of its id.
  hash            bytea NOT NULL,
  expires_at      timestamptz(3) NOT NULL,
  PRIMARY KEY (connection_id, hash)
);
CREATE INDEX used_assertions_by_end ON used_assertions (expires_at);

-- Links that work once: the first sign-in of an installation, the way in when a provider is broken, set-up by a customer's IT.
CREATE TABLE one_time_links (
  id              uuid PRIMARY KEY,
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  hash            bytea NOT NULL UNIQUE,
  purpose         text NOT NULL CHECK (purpose IN ('first-owner', 'break-glass', 'connection')),
  -- Of whoever uses it to sign in.
  role            text,
  -- What a link of another purpose is about.
  connection_id   uuid REFERENCES sso_connections (id) ON DELETE CASCADE,
  reason          text,
  created_by      text NOT NULL,
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  expires_at      timestamptz(3) NOT NULL,
  used_at         timestamptz(3),
  CHECK (purpose = 'connection' OR organization_id IS NULL AND role IS NOT NULL)
);

-- A token that a person made ends with the person's membership (P1-13).
ALTER TABLE api_tokens ADD COLUMN identity_id uuid REFERENCES identities (id) ON DELETE SET NULL;
CREATE INDEX api_tokens_of_identity ON api_tokens (identity_id) WHERE identity_id IS NOT NULL;

-- ---- what is asked before anybody knows who asks -------------------------------------------------

-- A connection by its id, with what only the sign-in needs of it.
CREATE FUNCTION find_sign_in_connection(wanted uuid)
RETURNS TABLE (connection jsonb, client_secret bytea, organization text, is_issuer_shared boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT to_jsonb(c) - 'sealed_client_secret', c.sealed_client_secret, o.slug,
    EXISTS (SELECT FROM sso_connections d WHERE d.issuer = c.issuer AND d.plane <> c.plane AND NOT d.development)
  FROM sso_connections c LEFT JOIN organizations o ON o.id = c.organization_id
  WHERE c.id = wanted
$$;

-- Active connections that are found by the domain of an e-mail address.
CREATE FUNCTION find_connections_of_domain(wanted text) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.id FROM sso_domains d
  JOIN sso_connections c ON c.organization_id IS NOT DISTINCT FROM d.organization_id AND c.status = 'active' AND c.discoverable
  WHERE d.domain = wanted AND d.verified_at IS NOT NULL ORDER BY c.id LIMIT 10
$$;

CREATE FUNCTION begin_login(attempt_hash bytea, through uuid, attempt jsonb, back_to text, person uuid, seconds integer)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM login_attempts WHERE hash IN (
    SELECT hash FROM login_attempts WHERE expires_at < now() LIMIT 100 FOR UPDATE SKIP LOCKED);
  DELETE FROM used_assertions WHERE (connection_id, hash) IN (
    SELECT connection_id, hash FROM used_assertions WHERE expires_at < now() LIMIT 100 FOR UPDATE SKIP LOCKED);
  DELETE FROM sessions WHERE id IN (
    SELECT id FROM sessions WHERE ends_at < now() - interval '30 days' LIMIT 100 FOR UPDATE SKIP LOCKED);
  INSERT INTO login_attempts (organization_id, hash, connection_id, state, return_path, identity_id, expires_at)
  SELECT organization_id, attempt_hash, id, attempt, back_to, person, now() + make_interval(secs => seconds)
  FROM sso_connections WHERE id = through;
END
$$;

-- Taken once: whoever comes second finds nothing.
CREATE FUNCTION take_login(attempt_hash bytea, through uuid)
RETURNS TABLE (state jsonb, return_path text, identity_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM login_attempts a WHERE a.hash = attempt_hash AND a.connection_id = through AND a.expires_at > now()
  RETURNING a.state, a.return_path, a.identity_id
$$;

-- False when it was used before.
CREATE FUNCTION use_assertion(through uuid, assertion_hash bytea, until timestamptz) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH made AS (
    INSERT INTO used_assertions (organization_id, connection_id, hash, expires_at)
    SELECT organization_id, id, assertion_hash, until FROM sso_connections WHERE id = through
    ON CONFLICT DO NOTHING RETURNING 1)
  SELECT EXISTS (SELECT FROM made)
$$;

-- Whose session a cookie is, while it lasts. `active`: its use counts against the idle limit; noted every half minute.
CREATE FUNCTION find_session(session_hash bytea, active boolean, development boolean)
RETURNS TABLE (id uuid, identity_id uuid, connection_id uuid, type text, is_development boolean, name text, email text, subject text,
  role text, organization_id uuid, slug text, idle_ends_at timestamptz, ends_at timestamptz, stepped_up_at timestamptz)
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
      least(s.seen_at + make_interval(secs => s.idle_seconds), s.ends_at), s.ends_at::timestamptz, s.stepped_up_at::timestamptz
    FROM sessions s JOIN identities i ON i.id = s.identity_id JOIN sso_connections c ON c.id = i.connection_id
      LEFT JOIN organizations o ON o.id = i.organization_id
    WHERE s.hash = session_hash AND s.revoked_at IS NULL AND s.ends_at > now()
      AND s.seen_at + make_interval(secs => s.idle_seconds) > now()
      AND i.state = 'active' AND c.status IN ('active', 'testing') AND (find_session.development OR NOT c.development);
END
$$;

-- What its holder ends it with, and what its provider needs to end its own.
CREATE FUNCTION end_session(session_hash bytea) RETURNS TABLE (id uuid, identity_id uuid, connection_id uuid, organization_id uuid,
  id_token bytea)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE sessions s SET revoked_at = now() FROM identities i
  WHERE i.id = s.identity_id AND s.hash = session_hash AND s.revoked_at IS NULL
  RETURNING s.id, i.id, i.connection_id, i.organization_id, s.sealed_id_token
$$;

-- A provider says that one of its sessions, or all of a person, is over.
CREATE FUNCTION end_provider_sessions(through uuid, of_subject text, of_session text) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH ended AS (
    UPDATE sessions s SET revoked_at = now() FROM identities i
    WHERE i.id = s.identity_id AND i.connection_id = through AND s.revoked_at IS NULL
      AND (of_subject IS NULL OR i.subject = of_subject) AND (of_session IS NULL OR s.provider_session = of_session)
      AND (of_subject IS NOT NULL OR of_session IS NOT NULL)
    RETURNING 1)
  SELECT count(*)::integer FROM ended
$$;

-- Development is off: its people are nobody, and what they made tokens for is over.
CREATE FUNCTION end_development_sessions() RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH nobody AS (
    SELECT i.id FROM identities i JOIN sso_connections c ON c.id = i.connection_id WHERE c.development
  ), tokens AS (
    UPDATE api_tokens t SET revoked_at = now() FROM nobody WHERE t.identity_id = nobody.id AND t.revoked_at IS NULL
  ), ended AS (
    UPDATE sessions s SET revoked_at = now() FROM nobody WHERE s.identity_id = nobody.id AND s.revoked_at IS NULL
    RETURNING 1)
  SELECT count(*)::integer FROM ended
$$;
GRANT UPDATE (revoked_at) ON api_tokens TO rungate_definer;

-- Everything that a person made tokens for is over, in whichever organization.
CREATE FUNCTION end_tokens_of(person uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE api_tokens SET revoked_at = now() WHERE identity_id = person AND revoked_at IS NULL
$$;

-- Whose a token is: a token that it makes is the same person's, and ends with that one.
CREATE FUNCTION identity_of_token(token uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT identity_id FROM api_tokens WHERE id = token
$$;

-- A link to sign in with, used up. The first owner's dies when an owner has signed in through a provider.
CREATE FUNCTION take_link(link_hash bytea) RETURNS TABLE (id uuid, purpose text, role text, reason text)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE one_time_links l SET used_at = now()
  WHERE l.hash = link_hash AND l.used_at IS NULL AND l.expires_at > now() AND l.purpose IN ('first-owner', 'break-glass')
    AND (l.purpose <> 'first-owner' OR NOT EXISTS (
      SELECT FROM identities i JOIN sso_connections c ON c.id = i.connection_id
      WHERE i.organization_id IS NULL AND i.role = 'owner' AND i.state = 'active' AND c.type <> 'link' AND NOT c.development))
  RETURNING l.id, l.purpose, l.role, l.reason
$$;

-- ---- who sees what -------------------------------------------------------------------------------

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['sso_connections', 'sso_domains', 'identities', 'sessions', 'login_attempts', 'used_assertions',
    'one_time_links'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY definer ON %I TO rungate_definer USING (true)', name);
    CONTINUE WHEN name IN ('login_attempts', 'used_assertions');
    EXECUTE format(
      'CREATE POLICY organization ON %I TO rungate_organization USING (organization_id = nullif(current_setting(''app.organization'', true), '''')::uuid)',
      name
    );
    EXECUTE format('CREATE POLICY platform ON %I FOR SELECT TO rungate_platform USING (true)', name);
    EXECUTE format('CREATE POLICY platform_writes ON %I FOR INSERT TO rungate_platform WITH CHECK (organization_id IS NULL)', name);
    EXECUTE format('CREATE POLICY platform_changes ON %I FOR UPDATE TO rungate_platform USING (organization_id IS NULL) WITH CHECK (organization_id IS NULL)', name);
  END LOOP;
END
$$;

-- Everything but what is sealed and hashed: that goes in, and comes out through a function alone.
GRANT SELECT (id, organization_id, type, name, status, development, issuer, client_id, scopes, metadata, metadata_url,
  sign_in_url, certificates, private_ranges, ca_bundle, attribute_map, required_claims, role_rules, default_role, jit, idle_minutes,
  absolute_minutes, discoverable, tested_at, activated_at, created_at, revision) ON sso_connections TO rungate_organization, rungate_platform;
GRANT INSERT (id, organization_id, type, name, status, development, issuer, client_id, sealed_client_secret, scopes, metadata,
  metadata_url, sign_in_url, certificates, private_ranges, ca_bundle, attribute_map, required_claims, role_rules, default_role, jit,
  idle_minutes, absolute_minutes, discoverable, tested_at, activated_at, created_at, revision),
  UPDATE (name, status, issuer, client_id, sealed_client_secret, scopes, metadata, metadata_url, sign_in_url, certificates,
  private_ranges, ca_bundle, attribute_map, required_claims, role_rules, default_role, jit, idle_minutes, absolute_minutes, discoverable,
  tested_at, activated_at, revision) ON sso_connections TO rungate_organization, rungate_platform;

GRANT SELECT, INSERT, UPDATE (challenge, verified_by, verified_at, checked_at) ON sso_domains TO rungate_organization, rungate_platform;

GRANT SELECT (id, organization_id, connection_id, subject, name, email, role, role_from, state, created_at, signed_in_at),
  INSERT (id, organization_id, connection_id, subject, name, email, role, role_from, state, created_at, signed_in_at),
  UPDATE (name, email, role, role_from, state, signed_in_at) ON identities TO rungate_organization, rungate_platform;

GRANT SELECT (id, organization_id, identity_id, created_at, seen_at, idle_seconds, ends_at, stepped_up_at, user_agent, address, revoked_at),
  INSERT (id, organization_id, identity_id, hash, created_at, seen_at, idle_seconds, ends_at, stepped_up_at, provider_session,
  sealed_id_token, user_agent, address),
  UPDATE (revoked_at) ON sessions TO rungate_organization, rungate_platform;

GRANT SELECT (id, organization_id, purpose, role, connection_id, reason, created_by, created_at, expires_at, used_at),
  INSERT (id, organization_id, hash, purpose, role, connection_id, reason, created_by, created_at, expires_at),
  UPDATE (used_at) ON one_time_links TO rungate_organization, rungate_platform;

GRANT SELECT (identity_id), INSERT (identity_id) ON api_tokens TO rungate_organization, rungate_platform;

GRANT SELECT ON sso_connections, sso_domains, identities, sessions, login_attempts, used_assertions, one_time_links TO rungate_definer;
GRANT SELECT (id, slug) ON organizations TO rungate_definer;
GRANT UPDATE (sealed_client_secret) ON sso_connections TO rungate_definer;
GRANT UPDATE (seen_at, revoked_at), DELETE ON sessions TO rungate_definer;
GRANT INSERT, DELETE, UPDATE (expires_at) ON login_attempts, used_assertions TO rungate_definer;
GRANT UPDATE (used_at) ON one_time_links TO rungate_definer;

DO $$
DECLARE
  signature text;
BEGIN
  GRANT CREATE ON SCHEMA public TO rungate_definer;
  FOREACH signature IN ARRAY ARRAY[
    'find_sign_in_connection(uuid)', 'find_connections_of_domain(text)',
    'begin_login(bytea, uuid, jsonb, text, uuid, integer)', 'take_login(bytea, uuid)',
    'use_assertion(uuid, bytea, timestamptz)', 'find_session(bytea, boolean, boolean)', 'end_session(bytea)',
    'end_provider_sessions(uuid, text, text)', 'end_development_sessions()', 'identity_of_token(uuid)', 'end_tokens_of(uuid)', 'take_link(bytea)'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO rungate_organization', signature);
    EXECUTE format('ALTER FUNCTION %s OWNER TO rungate_definer', signature);
  END LOOP;
  REVOKE CREATE ON SCHEMA public FROM rungate_definer;
  GRANT EXECUTE ON FUNCTION end_tokens_of(uuid) TO rungate_platform;
END
$$;
