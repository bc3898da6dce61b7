/** One thing that must be true of every table, view, function and login; the statement names what breaks it. */
export interface IsolationRule {
  readonly says: string;
  /** Rows with a column `offence`; none when the rule holds. */
  readonly sql: string;
  /** Breaks the rule in an otherwise good database: proof that the rule can fail. */
  readonly breach: string;
  /** What the offence then names. */
  readonly names: string;
}

const OURS = `c.relnamespace = 'public'::regnamespace AND c.relname <> '_prisma_migrations'`;
const LOGIN = `r.rolname LIKE 'rungate\\_%' AND r.rolname NOT IN ('rungate_owner', 'rungate_definer', 'rungate_keeper')`;
/** Owners of functions: nobody logs in as one of them. */
const OWNERS = `('rungate_definer', 'rungate_keeper')`;

/** Unique over all organizations, each with its reason; any other tells an organization of another's row. */
const UNIQUE_OVER_ALL: Readonly<Record<string, string>> = {
  api_tokens_hash_key: 'A token is found by its hash, without knowing whose it is.',
  api_tokens_pkey: 'Ids of rows are ours and random: a clash tells nothing.',
  audit_chain_event_id_key: 'Written by the keeper alone: no event is chained twice.',
  audit_events_pkey: 'Ids of rows are ours and random.',
  audit_unchained_pkey: 'Written by a trigger alone, with the id of an event.',
  identities_connection_id_subject_key: 'A connection belongs to one plane: nobody else writes there.',
  identities_id_plane_key: 'For foreign keys: its first column is unique alone.',
  identities_pkey: 'Ids of rows are ours and random.',
  hmac_keys_in_use: 'One key for two run tasks would let one answer for the other; found by keyed fingerprint.',
  hmac_keys_pkey: 'Ids of rows are ours and random.',
  idempotency_keys_pkey: 'A hash over the requester, which nobody can choose: nobody meets the row of another.',
  login_attempts_pkey: 'A hash over 256 random bits.',
  one_time_links_hash_key: 'A hash over 256 random bits.',
  one_time_links_pkey: 'Ids of rows are ours and random.',
  one_time_links_session_hash_key: 'A hash over 256 random bits.',
  operation_items_pkey: 'Ids of operations are ours and random.',
  operations_pkey: 'Ids of rows are ours and random.',
  organization_views_pkey: 'Ids of rows are ours and random.',
  organizations_pkey: 'Ids of rows are ours and random.',
  organizations_slug_key: 'Part of addresses; only the platform gives slugs.',
  quarantines_pkey: 'Ids of rows are ours and random.',
  retired_slugs_pkey: 'Written by the keeper alone.',
  saved_views_pkey: 'Ids of rows are ours and random.',
  run_task_versions_pkey: 'Ids of rows are ours and random.',
  run_tasks_hook_id_key: '128 random bits, from which the organization is found.',
  run_tasks_pkey: 'Ids of rows are ours and random.',
  sessions_hash_key: 'A session is found by its hash, without knowing whose it is.',
  sessions_pkey: 'Ids of rows are ours and random.',
  sso_connections_id_plane_key: 'For foreign keys: its first column is unique alone.',
  sso_connections_pkey: 'Ids of rows are ours and random.',
  sso_domains_pkey: 'Ids of rows are ours and random.',
  sso_domains_verified: 'A domain that was proved belongs to one; whoever fails was not able to prove it.',
  used_assertions_pkey: 'Written by functions alone, below the id of a connection.',
};

/** Tables that grow with what is sent to us. A plan made while they were empty must not walk an organization's rows. */
const GROWING = ['task_results', 'check_results', 'deliveries', 'delivery_attempts'];
/** The undecided of one organization by state, and its oldest with details: whoever asks so wants just those. */
const OF_ORGANIZATION = ['task_results_undecided', 'task_results_aging'];

/** Where a hash stands for what lets somebody in. */
const HASHED = ['api_tokens', 'sessions', 'login_attempts', 'one_time_links'];

/** Who may call what; a function that is not here may be called by nobody who serves. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  rungate_ingress: [
    'find_hooks',
    'find_signers',
    'holds_undecided',
    'note_bad_signature',
    'note_refusal',
    'note_registration',
    'record_task_results',
  ],
  rungate_organization: [
    'answer_saml_request',
    'begin_login',
    'end_development_sessions',
    'end_provider_sessions',
    'end_session',
    'end_setup_visit',
    'end_tokens_of',
    'find_api_token',
    'find_connection_of_organization',
    'find_connections_of_domain',
    'find_session',
    'find_setup_visit',
    'find_sign_in_connection',
    'forget_domain',
    'hmac_key_in_use',
    'identity_of_token',
    'is_saml_request_pending',
    'open_setup_link',
    'set_intake',
    'sweep_idempotency_keys',
    'take_link',
    'take_login',
    'use_assertion',
  ],
  rungate_flow: [
    'chain_events',
    'claim_task_results',
    'erase_grants',
    'find_hopeless',
    'find_late',
    'finish_purge',
    'has_waiting',
    'make_ready',
    'mend_schedule',
    'purge_aged',
    'purge_inputs',
    'purge_some',
    'retire_hmac_keys',
    'sweep_check_deaths',
    'sweep_tombstones',
    'settle_usage',
    'trail_end',
    'unchained_events',
  ],
  rungate_platform: ['audit_event_record', 'end_tokens_of', 'sweep_idempotency_keys'],
};

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

/** What holds of the database, whatever tables are added to it. */
export const ISOLATION_RULES: readonly IsolationRule[] = [
  {
    says: 'every table and partition has row-level security, also for its owner',
    sql: `SELECT c.relname AS offence FROM pg_class c
      WHERE ${OURS} AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
    breach: 'CREATE TABLE added (organization_id uuid)',
    names: 'added',
  },
  {
    says: 'row-level security is not switched off for a table that had it',
    sql: `SELECT c.relname AS offence FROM pg_class c
      WHERE ${OURS} AND c.relkind IN ('r', 'p') AND NOT c.relforcerowsecurity`,
    breach: 'ALTER TABLE task_results NO FORCE ROW LEVEL SECURITY',
    names: 'task_results',
  },
  {
    says: 'an organization sees its own rows, in each policy of its login',
    sql: `SELECT p.polname || ' on ' || c.relname || ': ' || coalesce(pg_get_expr(p.polqual, p.polrelid), 'nothing') AS offence
      FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
      WHERE 'rungate_organization'::regrole = ANY (p.polroles) AND (
        pg_get_expr(p.polqual, p.polrelid) IS DISTINCT FROM format(
          '(%s = (NULLIF(current_setting(''app.organization''::text, true), ''''::text))::uuid)',
          CASE c.relname WHEN 'organizations' THEN 'id' ELSE 'organization_id' END)
        OR p.polwithcheck IS NOT NULL)`,
    breach: `CREATE POLICY generous ON run_tasks FOR SELECT TO rungate_organization USING (true)`,
    names: 'generous',
  },
  {
    says: 'no policy is for everybody',
    sql: `SELECT p.polname || ' on ' || c.relname AS offence FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
      WHERE p.polroles = '{0}'`,
    breach: 'CREATE POLICY everybody ON run_tasks USING (true)',
    names: 'everybody',
  },
  {
    says: 'the platform writes no row of an organization',
    sql: `SELECT p.polname || ' on ' || c.relname AS offence FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
      WHERE 'rungate_platform'::regrole = ANY (p.polroles) AND p.polcmd <> 'r'
        AND coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') <> '(organization_id IS NULL)'`,
    breach: 'CREATE POLICY writing ON run_tasks FOR UPDATE TO rungate_platform USING (true)',
    names: 'writing',
  },
  {
    says: 'nobody but the owner has a right on a partition: the way is through its table',
    sql: `SELECT c.relname AS offence FROM pg_class c, aclexplode(c.relacl) a
      WHERE ${OURS} AND c.relispartition AND a.grantee <> c.relowner`,
    breach: `CREATE TABLE halves (organization_id uuid, n integer) PARTITION BY RANGE (n);
      CREATE TABLE half PARTITION OF halves FOR VALUES FROM (0) TO (1); GRANT SELECT ON half TO rungate_organization`,
    names: 'half',
  },
  {
    says: 'every view asks as whoever asks it, and nothing is materialized',
    sql: `SELECT c.relname AS offence FROM pg_class c
      WHERE ${OURS} AND (c.relkind = 'm' OR c.relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false))`,
    breach: 'CREATE VIEW overview AS SELECT * FROM run_tasks',
    names: 'overview',
  },
  {
    says: 'nobody who serves removes rows, empties or refers to a table, or has rights on all there will be',
    sql: `SELECT r.rolname || ' may ' || a.privilege_type || ' ' || c.relname AS offence
      FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
      WHERE ${OURS} AND ${LOGIN} AND a.privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE')
      UNION ALL SELECT 'default privileges' FROM pg_default_acl`,
    breach: 'GRANT DELETE ON refusals TO rungate_organization',
    names: 'rungate_organization may DELETE refusals',
  },
  {
    says: 'nothing of a table is for everybody, and none of ours is for ingress or the queue',
    sql: `SELECT a.grantee::regrole || ' has ' || c.relname AS offence FROM pg_class c, aclexplode(c.relacl) a
      WHERE ${OURS} AND (a.grantee = 0 OR a.grantee IN ('rungate_ingress'::regrole, 'rungate_queue'::regrole))
      UNION ALL
      SELECT t.attacl::text FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid, aclexplode(t.attacl) a
      WHERE ${OURS} AND (a.grantee = 0 OR a.grantee IN ('rungate_ingress'::regrole, 'rungate_queue'::regrole))`,
    breach: 'GRANT SELECT ON data_keys TO rungate_ingress',
    names: 'data_keys',
  },
  {
    says: 'nobody reads sealed bytes or keys of all organizations at once',
    sql: `SELECT r.rolname || ' reads ' || c.relname || '.' || t.attname AS offence
      FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid, pg_roles r
      WHERE ${OURS} AND t.attnum > 0 AND NOT t.attisdropped AND r.rolname IN ('rungate_flow', 'rungate_platform')
        AND (t.attname ~ '^sealed_|^wrapped$' OR t.attname = 'hash' AND c.relname IN (${list(HASHED)}))
        AND has_column_privilege(r.oid, c.oid, t.attnum, 'SELECT')`,
    breach: 'GRANT SELECT (sealed_secret) ON hmac_keys TO rungate_platform',
    names: 'hmac_keys.sealed_secret',
  },
  {
    says: 'what foreign servers answered is not for the people of an organization',
    sql: `SELECT r.rolname AS offence FROM pg_roles r
      WHERE r.rolname IN ('rungate_organization', 'rungate_flow', 'rungate_ingress')
        AND has_column_privilege(r.oid, 'delivery_attempts', 'answer', 'SELECT')`,
    breach: 'GRANT SELECT (answer) ON delivery_attempts TO rungate_organization',
    names: 'rungate_organization',
  },
  {
    says: 'no function can be called by everybody',
    sql: `SELECT p.proname AS offence FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace
        AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))`,
    breach: 'CREATE FUNCTION open_to_all() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
    names: 'open_to_all',
  },
  {
    says: 'a login calls the functions that are listed for it, and no other',
    sql: `SELECT r.rolname || ' may call ' || p.proname AS offence
      FROM pg_proc p, aclexplode(p.proacl) a JOIN pg_roles r ON r.oid = a.grantee
      WHERE p.pronamespace = 'public'::regnamespace AND ${LOGIN} AND (r.rolname, p.proname::text) NOT IN (${Object.entries(
        CALLS,
      )
        .flatMap(([login, names]) => names.map((name) => `('${login}', '${name}')`))
        .join(', ')})`,
    breach: 'GRANT EXECUTE ON FUNCTION find_hooks(text[]) TO rungate_organization',
    names: 'rungate_organization may call find_hooks',
  },
  {
    says: 'a function with the rights of its owner looks nowhere but in our schema, and its owner owns nothing else',
    sql: `SELECT p.proname AS offence FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
        AND (p.proowner::regrole::text NOT IN ${OWNERS} OR NOT coalesce('search_path=public, pg_temp' = ANY (p.proconfig), false))`,
    breach: `CREATE FUNCTION mine() RETURNS integer LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$;
      REVOKE ALL ON FUNCTION mine() FROM PUBLIC`,
    names: 'mine',
  },
  {
    says: 'nobody who serves, and no owner of functions, is more than it is: no attribute, no membership, no possession',
    sql: `SELECT r.rolname AS offence FROM pg_roles r
      WHERE r.rolname LIKE 'rungate\\_%' AND r.rolname <> 'rungate_owner' AND (
        r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
        OR r.rolcanlogin AND r.rolname IN ${OWNERS}
        OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid)
        OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) OR EXISTS (SELECT FROM pg_namespace n WHERE n.nspowner = r.oid))`,
    breach: 'ALTER TABLE refusals OWNER TO rungate_platform',
    names: 'rungate_platform',
  },
  {
    says: 'nobody who serves is a member of whom it must not be',
    sql: `SELECT m.member::regrole || ' is in ' || m.roleid::regrole AS offence FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
      WHERE ${LOGIN}`,
    breach: 'GRANT rungate_keeper TO rungate_flow',
    names: 'rungate_flow is in rungate_keeper',
  },
  {
    says: 'nobody who serves makes things in our schema',
    sql: `SELECT r.rolname AS offence FROM pg_roles r
      WHERE r.rolname LIKE 'rungate\\_%' AND r.rolname <> 'rungate_owner' AND has_schema_privilege(r.oid, 'public', 'CREATE')`,
    breach: 'GRANT CREATE ON SCHEMA public TO rungate_definer',
    names: 'rungate_definer',
  },
  {
    says: 'what is unique over all organizations has a reason',
    sql: `SELECT i.indexrelid::regclass::text AS offence FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      WHERE ${OURS} AND i.indisunique AND i.indexrelid::regclass::text NOT IN (${list(Object.keys(UNIQUE_OVER_ALL))})
        AND NOT EXISTS (SELECT FROM pg_attribute a
          WHERE a.attrelid = i.indrelid AND a.attname = 'organization_id' AND a.attnum = ANY (i.indkey::int2[]))`,
    breach: 'CREATE UNIQUE INDEX telling ON run_tasks (name)',
    names: 'telling',
  },
  {
    says: 'a row of a growing table is found without looking through those of its organization',
    sql: `SELECT i.indexrelid::regclass::text AS offence FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
      WHERE c.relname IN (${list(GROWING)}) AND a.attname = 'organization_id' 
        AND i.indexrelid::regclass::text NOT IN (${list(OF_ORGANIZATION)})`,
    breach: 'CREATE INDEX tempting ON deliveries (organization_id, due_at)',
    names: 'tempting',
  },
];
