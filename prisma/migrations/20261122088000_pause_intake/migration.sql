-- An operator pauses the intake of an organization: what it sends is accepted and stored, and no worker takes it until it is
-- resumed. The deadline holds all the same. What it is for: docs/guides/organizations.md.

-- Who paused it, since when and why; null: nobody.
ALTER TABLE organizations ADD COLUMN intake_paused_at timestamptz(3);
ALTER TABLE organizations ADD COLUMN intake_paused_by text;
ALTER TABLE organizations ADD COLUMN intake_pause_reason text;
ALTER TABLE organizations ADD CHECK ((intake_paused_at IS NULL) = (intake_paused_by IS NULL)
  AND (intake_paused_at IS NULL) = (intake_pause_reason IS NULL));

-- `paused`: claims pass by it, whatever waits, as by one that is `idle`; they themselves are as they were.
ALTER TABLE organization_schedule DROP CONSTRAINT organization_schedule_state_check;
ALTER TABLE organization_schedule ADD CONSTRAINT organization_schedule_state_check
  CHECK (state IN ('idle', 'ready', 'capped', 'paused'));

-- As before; one that is paused stays so.
CREATE OR REPLACE FUNCTION make_ready(organizations uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH present AS (
    SELECT coalesce(
      (SELECT virtual_time - charge FROM organization_schedule WHERE state = 'ready' ORDER BY virtual_time LIMIT 1),
      greatest(
        (SELECT virtual_time FROM organization_schedule WHERE state = 'idle' ORDER BY virtual_time DESC LIMIT 1),
        (SELECT virtual_time FROM organization_schedule WHERE state = 'capped' ORDER BY virtual_time DESC LIMIT 1)),
      0) AS virtual_time
  )
  INSERT INTO organization_schedule AS s (organization_id, state, virtual_time, ready_since)
  SELECT DISTINCT wanted.id, 'ready', present.virtual_time, clock_timestamp()
  FROM unnest(organizations) AS wanted (id), present
  -- In one order everywhere: statements that ready the same ones wait for each other, and never in a circle.
  ORDER BY wanted.id
  ON CONFLICT (organization_id) DO UPDATE
  SET state = 'ready', virtual_time = greatest(s.virtual_time, excluded.virtual_time), charge = 0,
      ready_since = excluded.ready_since,
      seen_claims = CASE s.state WHEN 'idle' THEN s.claims ELSE s.seen_claims END,
      seen_at = CASE s.state WHEN 'idle' THEN now() ELSE s.seen_at END,
      looks = CASE s.state WHEN 'idle' THEN 0 ELSE s.looks END,
      pace = CASE s.state WHEN 'idle' THEN NULL ELSE s.pace END
  WHERE s.state NOT IN ('ready', 'paused')
$$;

-- As before, and passes by those that are paused.
CREATE OR REPLACE FUNCTION mend_schedule() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  missed uuid[];
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  WITH RECURSIVE undecided AS (
    (SELECT organization_id FROM task_results WHERE verdict IS NULL ORDER BY organization_id LIMIT 1)
    UNION ALL
    SELECT (SELECT t.organization_id FROM task_results t WHERE t.verdict IS NULL AND t.organization_id > u.organization_id
            ORDER BY t.organization_id LIMIT 1)
    FROM undecided u WHERE u.organization_id IS NOT NULL
  )
  SELECT array_agg(u.organization_id) INTO missed
  FROM undecided u LEFT JOIN organization_schedule s ON s.organization_id = u.organization_id
  WHERE u.organization_id IS NOT NULL AND coalesce(s.state, 'idle') NOT IN ('ready', 'paused') AND has_waiting(u.organization_id);
  IF missed IS NOT NULL THEN
    PERFORM make_ready(missed);
  END IF;
END
$$;

-- As before, and says whether nobody began it because intake is paused.
DROP FUNCTION find_late(integer);
CREATE FUNCTION find_late(at_most integer) RETURNS TABLE (organization_id uuid, id uuid, epoch integer, held boolean)
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE undecided AS (
    (SELECT t.organization_id FROM task_results t
     WHERE t.verdict IS NULL AND EXISTS (SELECT FROM task_results l WHERE l.verdict IS NULL AND l.decide_at <= now())
     ORDER BY t.organization_id LIMIT 1)
    UNION ALL
    SELECT (SELECT t.organization_id FROM task_results t WHERE t.verdict IS NULL AND t.organization_id > u.organization_id
            ORDER BY t.organization_id LIMIT 1)
    FROM undecided u WHERE u.organization_id IS NOT NULL
  ), late AS (
    SELECT t.*, s.state, row_number() OVER (PARTITION BY t.organization_id ORDER BY t.decide_at) AS turn
    FROM undecided u, unnest(ARRAY['accepted', 'evaluating', 'waiting']) AS s (state), LATERAL (
      SELECT t.organization_id, t.id, t.epoch, t.decide_at FROM task_results t
      WHERE t.organization_id = u.organization_id AND t.state = s.state AND t.verdict IS NULL AND t.decide_at <= now()
      ORDER BY t.decide_at LIMIT at_most
    ) t
  )
  SELECT l.organization_id, l.id, l.epoch, l.state = 'accepted' AND EXISTS (
    SELECT FROM organization_schedule s WHERE s.organization_id = l.organization_id AND s.state = 'paused')
  FROM late l ORDER BY l.turn, l.decide_at LIMIT at_most
$$;

-- Of the organization whose transaction it is: claims let it be from now on, or take it up again where the others are.
CREATE FUNCTION set_intake(paused boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  own uuid := nullif(current_setting('app.organization', true), '')::uuid;
BEGIN
  IF paused THEN
    INSERT INTO organization_schedule AS s (organization_id, state, virtual_time, ready_since)
    VALUES (own, 'paused', 0, now())
    ON CONFLICT (organization_id) DO UPDATE SET state = 'paused';
  ELSE
    UPDATE organization_schedule SET state = 'idle' WHERE organization_id = own AND state = 'paused';
    PERFORM make_ready(ARRAY[own]);
  END IF;
END
$$;

-- ---- who sees what ------------------------------------------------------------------------------

GRANT UPDATE (intake_paused_at, intake_paused_by, intake_pause_reason) ON organizations TO rungate_organization;

REVOKE ALL ON FUNCTION find_late(integer), set_intake(boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_late(integer) TO rungate_flow;
GRANT EXECUTE ON FUNCTION set_intake(boolean) TO rungate_organization;
GRANT CREATE ON SCHEMA public TO rungate_definer;
ALTER FUNCTION set_intake(boolean) OWNER TO rungate_definer;
REVOKE CREATE ON SCHEMA public FROM rungate_definer;
