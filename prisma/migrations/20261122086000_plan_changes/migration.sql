-- What the plan of a task result changes: addresses and what becomes of them, no values. Kept as long as its other details.

CREATE TABLE plan_changes (
  organization_id uuid NOT NULL,
  task_result_id  uuid NOT NULL,
  changes         jsonb NOT NULL,
  PRIMARY KEY (task_result_id, organization_id),
  FOREIGN KEY (task_result_id, organization_id) REFERENCES task_results (id, organization_id) ON DELETE CASCADE
);

CREATE FUNCTION forget_plan_changes() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM plan_changes c WHERE c.task_result_id = NEW.id AND c.organization_id = NEW.organization_id;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION forget_plan_changes() FROM PUBLIC;
CREATE TRIGGER forget_plan_changes AFTER UPDATE OF purged_at ON task_results FOR EACH ROW
  WHEN (NEW.purged_at IS NOT NULL) EXECUTE FUNCTION forget_plan_changes();

ALTER TABLE plan_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY organization ON plan_changes TO rungate_organization
  USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);
CREATE POLICY platform ON plan_changes FOR SELECT TO rungate_platform USING (true);
CREATE POLICY keeper ON plan_changes TO rungate_keeper USING (true);
GRANT SELECT, INSERT ON plan_changes TO rungate_organization;
GRANT SELECT ON plan_changes TO rungate_platform;
GRANT SELECT, DELETE ON plan_changes TO rungate_keeper;
