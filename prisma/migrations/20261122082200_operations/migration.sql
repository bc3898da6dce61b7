-- One thing done to many task results: planned, confirmed, worked off at a rate, and cancelled at any time. What it is for:
-- docs/guides/bulk.md. Whose it is, and what it is done to, is fixed when it is planned.

CREATE TABLE operations (
  id              uuid PRIMARY KEY,
  -- Null: of the platform.
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  kind            text NOT NULL CHECK (kind IN ('resend')),
  -- As it was asked for.
  filter          jsonb NOT NULL,
  reason          text NOT NULL,
  actor           jsonb NOT NULL,
  address         text,
  state           text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'running', 'done', 'cancelled')),
  per_second      integer NOT NULL CHECK (per_second BETWEEN 1 AND 100),
  -- Whether more matched than one operation takes.
  is_cut          boolean NOT NULL,
  -- When the next ones may be taken.
  next_at         timestamptz(3),
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  started_at      timestamptz(3),
  ended_at        timestamptz(3),
  changed_at      timestamptz NOT NULL DEFAULT now(),
  CHECK ((next_at IS NOT NULL) = (state = 'running')),
  CHECK ((ended_at IS NOT NULL) = (state IN ('done', 'cancelled')))
);
CREATE INDEX operations_of_organization ON operations (organization_id, id);
CREATE INDEX operations_running ON operations (next_at) WHERE state = 'running';
CREATE INDEX operations_changes ON operations (changed_at);
CREATE TRIGGER note_change BEFORE UPDATE ON operations FOR EACH ROW EXECUTE FUNCTION note_change();

CREATE TABLE operation_items (
  operation_id         uuid NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
  -- As of its operation.
  organization_id      uuid REFERENCES organizations (id) ON DELETE CASCADE,
  position             integer NOT NULL,
  task_result_id       uuid NOT NULL,
  -- Whose task result it is.
  task_organization_id uuid NOT NULL,
  state                text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'refused', 'failed')),
  detail               text,
  -- Until then a worker has it in its hands.
  leased_until         timestamptz(3),
  ended_at             timestamptz(3),
  PRIMARY KEY (operation_id, position),
  CHECK ((ended_at IS NULL) = (state = 'pending'))
);

-- ---- who sees what -----------------------------------------------------------------------------

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['operations', 'operation_items'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY organization ON %I TO rungate_organization USING (organization_id = nullif(current_setting(''app.organization'', true), '''')::uuid)',
      name
    );
    EXECUTE format('CREATE POLICY platform ON %I FOR SELECT TO rungate_platform USING (true)', name);
    EXECUTE format('CREATE POLICY platform_writes ON %I FOR INSERT TO rungate_platform WITH CHECK (organization_id IS NULL)', name);
    EXECUTE format('CREATE POLICY flow ON %I TO rungate_flow USING (true)', name);
  END LOOP;
END
$$;
CREATE POLICY platform_changes ON operations FOR UPDATE TO rungate_platform
  USING (organization_id IS NULL) WITH CHECK (organization_id IS NULL);

GRANT SELECT, INSERT ON operations, operation_items TO rungate_organization, rungate_platform;
GRANT UPDATE (state, next_at, started_at, ended_at) ON operations TO rungate_organization, rungate_platform, rungate_flow;
GRANT SELECT (id, organization_id, kind, actor, address, state, per_second, next_at) ON operations TO rungate_flow;
GRANT SELECT ON operation_items TO rungate_flow;
GRANT UPDATE (state, detail, leased_until, ended_at) ON operation_items TO rungate_flow;
