-- Checks that end their processes are kept from running. What it is for: docs/guides/quarantine.md.

ALTER TABLE task_results
  -- How often a worker took it and neither finished it nor gave it back: its lease ran out.
  ADD COLUMN lapses integer NOT NULL DEFAULT 0,
  -- After some lapses checks run alone, and this is the one that runs: found here by the next worker, it ended the last one.
  ADD COLUMN trying text;

CREATE FUNCTION count_lapse() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.lapses := OLD.lapses + 1;
  RETURN NEW;
END
$$;
CREATE TRIGGER count_lapse BEFORE UPDATE OF attempt ON task_results FOR EACH ROW
  WHEN (OLD.state = 'evaluating' AND NEW.attempt > OLD.attempt) EXECUTE FUNCTION count_lapse();

-- A check that ended its process. Kept for a day.
CREATE TABLE check_deaths (
  organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  id              uuid NOT NULL,
  run_task_id     uuid NOT NULL,
  check_name      text NOT NULL,
  use             text NOT NULL,
  plugin_version  text NOT NULL,
  task_result_id  uuid NOT NULL,
  failure         text NOT NULL,
  died_at         timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX check_deaths_recent ON check_deaths (died_at);

-- What is kept from running until `until`, unless somebody lifted it before: a check of an organization, or, without an
-- organization, a version of a plugin for everybody.
CREATE TABLE quarantines (
  id              uuid PRIMARY KEY,
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  run_task_id     uuid,
  check_name      text,
  use             text NOT NULL,
  plugin_version  text NOT NULL,
  -- How the last of them died; null for everybody.
  failure         text,
  -- Deaths that were counted, or organizations in which it is quarantined.
  count           integer NOT NULL,
  -- The last death that was counted: two keepers that see the same make one quarantine.
  died_at         timestamptz(3) NOT NULL,
  since           timestamptz(3) NOT NULL DEFAULT now(),
  until           timestamptz(3) NOT NULL,
  lifted_at       timestamptz(3),
  lifted_by       text,
  CHECK ((organization_id IS NULL) = (run_task_id IS NULL) AND (organization_id IS NULL) = (check_name IS NULL)),
  CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
);
CREATE UNIQUE INDEX quarantines_of_checks ON quarantines
  (organization_id, run_task_id, check_name, use, plugin_version, died_at);
CREATE INDEX quarantines_active ON quarantines (until) WHERE lifted_at IS NULL;

CREATE FUNCTION sweep_check_deaths() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM check_deaths WHERE died_at < now() - interval '1 day'
$$;

-- ---- who sees what -----------------------------------------------------------------------------

ALTER TABLE check_deaths ENABLE ROW LEVEL SECURITY;
ALTER TABLE check_deaths FORCE ROW LEVEL SECURITY;
CREATE POLICY organization ON check_deaths TO rungate_organization
  USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);
CREATE POLICY flow ON check_deaths FOR SELECT TO rungate_flow USING (true);
CREATE POLICY definer ON check_deaths TO rungate_definer USING (true);
GRANT SELECT, INSERT ON check_deaths TO rungate_organization;
GRANT SELECT ON check_deaths TO rungate_flow;
GRANT SELECT (died_at), DELETE ON check_deaths TO rungate_definer;

ALTER TABLE quarantines ENABLE ROW LEVEL SECURITY;
ALTER TABLE quarantines FORCE ROW LEVEL SECURITY;
CREATE POLICY organization ON quarantines TO rungate_organization
  USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);
CREATE POLICY platform ON quarantines FOR SELECT TO rungate_platform USING (true);
CREATE POLICY lifting ON quarantines FOR UPDATE TO rungate_platform
  USING (organization_id IS NULL) WITH CHECK (organization_id IS NULL);
CREATE POLICY flow ON quarantines TO rungate_flow USING (true);
GRANT SELECT, UPDATE (lifted_at, lifted_by) ON quarantines TO rungate_organization, rungate_platform;
GRANT SELECT, INSERT ON quarantines TO rungate_flow;

GRANT UPDATE (trying) ON task_results TO rungate_organization;

REVOKE ALL ON FUNCTION count_lapse(), sweep_check_deaths() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sweep_check_deaths() TO rungate_flow;
GRANT CREATE ON SCHEMA public TO rungate_definer;
ALTER FUNCTION sweep_check_deaths() OWNER TO rungate_definer;
REVOKE CREATE ON SCHEMA public FROM rungate_definer;
