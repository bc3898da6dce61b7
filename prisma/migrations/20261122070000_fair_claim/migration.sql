-- The fair claim: start-time fair queueing over organizations (docs/decisions/0019-fair-claim.md).
--
-- One row per organization that ever had work; of work that is there already, the keeper makes them within a second. Only
-- those that are `ready` are looked at by a claim, so that neither idle ones nor those at their cap cost anything. Nothing here is counted that a crash could leave wrong: what is in flight is
-- counted from the leases, and what an organization was charged is no more than its place among the others.

CREATE TABLE organization_schedule (
  organization_id uuid PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
  -- `idle`: nothing waits. `ready`: something may wait. `capped`: something waits and as much as allowed is in flight.
  state           text NOT NULL CHECK (state IN ('idle', 'ready', 'capped')),
  -- Milliseconds of slots used, divided by the weight: the lowest is served next.
  virtual_time    double precision NOT NULL,
  -- How much of it the latest claim added since the organization became ready: less that, where that claim started.
  charge          double precision NOT NULL DEFAULT 0,
  ready_since     timestamptz NOT NULL,
  -- What a claim is charged until it has ended: what the latest ones used, milliseconds.
  expected_ms     double precision NOT NULL DEFAULT 100,
  -- Claims so far, and how many there were at the latest look; since it was idle last, the looks and the pace that they saw,
  -- claims a second.
  claims          bigint NOT NULL DEFAULT 0,
  seen_claims     bigint NOT NULL DEFAULT 0,
  seen_at         timestamptz NOT NULL DEFAULT now(),
  looks           integer NOT NULL DEFAULT 0,
  pace            double precision
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX organization_schedule_next ON organization_schedule (state, virtual_time, ready_since);

-- What waits of an organization, what it has in flight, how much is undecided: each a range of one index.
DROP INDEX task_results_undecided;
CREATE INDEX task_results_undecided ON task_results (organization_id, state, decide_at) WHERE verdict IS NULL;

-- Who was idle, or at the cap, starts where the others are: it neither gains nor loses by having been away. That is where the
-- claim that was served last started, or where the busiest ended when nobody waits.
CREATE FUNCTION make_ready(organizations uuid[]) RETURNS void
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
  WHERE s.state <> 'ready'
$$;

-- Whoever adds work makes its organization ready in the same commit. As a rule it is already, and then nothing is written:
-- the lock holds off nobody but a claim that would make it idle, which cannot see the new rows yet.
CREATE FUNCTION note_ready() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  wanted uuid[];
  known uuid[];
BEGIN
  SELECT array_agg(DISTINCT organization_id ORDER BY organization_id) INTO wanted FROM arrived;
  SELECT array_agg(organization_id) INTO known FROM (
    SELECT s.organization_id FROM unnest(wanted) WITH ORDINALITY AS w (id, position)
    JOIN organization_schedule s ON s.organization_id = w.id
    WHERE s.state <> 'idle' ORDER BY w.position FOR KEY SHARE OF s
  ) busy;
  IF cardinality(wanted) > coalesce(cardinality(known), 0) THEN
    PERFORM make_ready(ARRAY(SELECT unnest(wanted) EXCEPT SELECT unnest(known)));
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_ready AFTER INSERT ON task_results REFERENCING NEW TABLE AS arrived
  FOR EACH STATEMENT EXECUTE FUNCTION note_ready();

-- Whether something waits: accepted, or lost by its worker. Volatile, so that it sees what was committed meanwhile.
CREATE FUNCTION has_waiting(organization uuid) RETURNS boolean LANGUAGE sql VOLATILE AS $$
  SELECT EXISTS (
    SELECT FROM task_results WHERE organization_id = organization AND state = 'accepted' AND verdict IS NULL AND decide_at > now()
  ) OR EXISTS (
    SELECT FROM task_results
    WHERE organization_id = organization AND state = 'evaluating' AND verdict IS NULL AND decide_at > now() AND lease_until <= now()
  )
$$;

-- Takes up to `slots` task results, each of the organization whose turn it is. A row without an id says: other claims hold
-- all that are ready, come again. Claims lock an organization before they look at its rows, and wait for none while they
-- hold one.
CREATE FUNCTION claim_task_results(worker text, slots integer, lease_ms double precision)
RETURNS TABLE (
  organization_id uuid, id uuid, epoch integer, attempt integer, lease_until timestamptz, charged_ms double precision
)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  next record;
  share record;
  first uuid;
  task record;
  waiting boolean;
  held boolean := false;
  taken integer := 0;
  passed_over uuid[] := '{}';
BEGIN
  -- A claim that a crash of Postgres undoes is made again, and one verdict counts whoever writes it: no wait for the disk.
  PERFORM set_config('synchronous_commit', 'off', true);
  WHILE taken < slots LOOP
    SELECT s.organization_id, s.expected_ms INTO next FROM organization_schedule s
    WHERE s.state = 'ready' AND s.organization_id <> ALL (passed_over)
    ORDER BY s.virtual_time, s.ready_since LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
      EXIT WHEN NOT EXISTS (
        SELECT FROM organization_schedule s WHERE s.state = 'ready' AND s.organization_id <> ALL (passed_over));
      IF held THEN
        IF taken = 0 THEN
          RETURN QUERY SELECT NULL::uuid, NULL::uuid, 0, 0, now(), 0::double precision;
        END IF;
        EXIT;
      END IF;
      -- One organization alone has work, and another claim is at it.
      SELECT s.organization_id, s.expected_ms INTO next FROM organization_schedule s
      WHERE s.state = 'ready' ORDER BY s.virtual_time, s.ready_since LIMIT 1 FOR NO KEY UPDATE;
      CONTINUE WHEN NOT FOUND;
    END IF;
    held := true;

    SELECT o.weight, o.max_in_flight INTO share FROM organizations o WHERE o.id = next.organization_id;
    IF share.max_in_flight <= (
      SELECT count(*) FROM task_results t
      WHERE t.organization_id = next.organization_id AND t.state = 'evaluating' AND t.verdict IS NULL
        AND t.lease_until > now() AND t.leased_by IS NOT NULL
    ) THEN
      UPDATE organization_schedule s SET state = 'capped' WHERE s.organization_id = next.organization_id;
      CONTINUE;
    END IF;

    WITH fresh AS (
      SELECT t.id, t.decide_at FROM task_results t
      WHERE t.organization_id = next.organization_id AND t.state = 'accepted' AND t.verdict IS NULL AND t.decide_at > now()
      ORDER BY t.decide_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ), lost AS (
      SELECT t.id, t.decide_at FROM task_results t
      WHERE t.organization_id = next.organization_id AND t.state = 'evaluating' AND t.verdict IS NULL AND t.decide_at > now()
        AND t.lease_until <= now()
      ORDER BY t.decide_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    SELECT c.id INTO first FROM (TABLE fresh UNION ALL TABLE lost) c ORDER BY c.decide_at LIMIT 1;
    -- By its key alone: joined to what was found, a table without statistics yet is read whole.
    UPDATE task_results t
    SET state = 'evaluating', epoch = t.epoch + 1, attempt = t.attempt + 1, leased_by = worker,
        lease_until = clock_timestamp() + lease_ms * interval '1 millisecond', started_at = coalesce(t.started_at, now()),
        changed_at = clock_timestamp()
    WHERE t.id = first AND t.organization_id = next.organization_id
    RETURNING t.id, t.epoch, t.attempt, t.lease_until INTO task;

    IF task.id IS NOT NULL THEN
      taken := taken + 1;
      RETURN QUERY SELECT next.organization_id, task.id, task.epoch, task.attempt, task.lease_until, next.expected_ms;
    END IF;
    waiting := has_waiting(next.organization_id);
    IF NOT waiting THEN
      -- Whoever adds work of it holds a lock against this one. Looked again under it: what was added meanwhile is seen now.
      PERFORM FROM organization_schedule s WHERE s.organization_id = next.organization_id FOR UPDATE SKIP LOCKED;
      waiting := NOT FOUND OR has_waiting(next.organization_id);
    END IF;
    -- Somebody holds the row that waits, or it is not committed yet: another claim will find it.
    IF task.id IS NULL AND waiting THEN
      passed_over := passed_over || next.organization_id;
    END IF;
    UPDATE organization_schedule s
    SET state = CASE WHEN waiting THEN 'ready' ELSE 'idle' END,
        claims = s.claims + (task.id IS NOT NULL)::integer,
        charge = CASE WHEN task.id IS NULL THEN s.charge ELSE s.expected_ms / share.weight END,
        virtual_time = s.virtual_time + CASE WHEN task.id IS NULL THEN 0 ELSE s.expected_ms / share.weight END
    WHERE s.organization_id = next.organization_id;
  END LOOP;
END
$$;

-- What claims really used, of each organization: `owed_ms` is how much more (or less) than they were charged. Whoever was at
-- the cap is looked at again.
CREATE FUNCTION settle_usage(organizations uuid[], owed_ms double precision[], used_ms double precision[]) RETURNS void
-- By keys alone: with some thousands of organizations the planner would rather read whole tables.
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  capped uuid[];
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM FROM organization_schedule WHERE organization_id = ANY (organizations) ORDER BY organization_id FOR NO KEY UPDATE;
  UPDATE organization_schedule s
  SET virtual_time = s.virtual_time + e.owed / o.weight,
      -- Where the latest claim started stays where it is: else the start of who comes next would sink with each correction.
      charge = greatest(0, s.charge + e.owed / o.weight),
      expected_ms = greatest(1, e.used + (s.expected_ms - e.used) * 0.8 ^ e.count)
  FROM (
    SELECT organization_id, sum(owed) AS owed, avg(used) AS used, count(*) AS count
    FROM unnest(organizations, owed_ms, used_ms) AS e (organization_id, owed, used) GROUP BY organization_id
  ) e JOIN organizations o ON o.id = e.organization_id
  WHERE s.organization_id = e.organization_id;
  SELECT array_agg(organization_id) INTO capped FROM organization_schedule
  WHERE organization_id = ANY (organizations) AND state = 'capped';
  IF capped IS NOT NULL THEN
    PERFORM make_ready(capped);
  END IF;
END
$$;

-- What no statement can know at its time: that a lease ran out, that a cap was raised, that a worker died at the cap. Looks at
-- the organizations that have undecided work, one by one along the index, and readies those that wait and are not ready.
CREATE FUNCTION mend_schedule() RETURNS void LANGUAGE plpgsql AS $$
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
  WHERE u.organization_id IS NOT NULL AND coalesce(s.state, 'idle') <> 'ready' AND has_waiting(u.organization_id);
  IF missed IS NOT NULL THEN
    PERFORM make_ready(missed);
  END IF;
END
$$;

-- Task results that cannot start in time even at twice the present pace of their organization. Nothing is said of one that was
-- idle in the last twelve looks (then slots were free for it), nor while nothing of it starts at all (then nobody knows the
-- pace: workers may be on their way). A better pace counts at once, a worse one little by little. Each organization is
-- looked at by one keeper at a time, once in `look_ms`.
CREATE FUNCTION find_hopeless(at_most integer, look_ms double precision)
RETURNS TABLE (organization_id uuid, id uuid, epoch integer, before bigint, pace double precision)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  looked record;
  found integer := 0;
  now_found integer;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR looked IN
    WITH due AS (
      SELECT s.organization_id FROM organization_schedule s
      WHERE s.state IN ('ready', 'capped') AND s.seen_at <= now() - look_ms * interval '1 millisecond'
      ORDER BY s.seen_at LIMIT 20 FOR NO KEY UPDATE SKIP LOCKED
    ), seen AS (
      SELECT s.organization_id, s.claims > s.seen_claims AS goes_on,
             (s.claims - s.seen_claims) / extract(epoch FROM now() - s.seen_at) AS pace
      FROM organization_schedule s JOIN due ON due.organization_id = s.organization_id
    )
    UPDATE organization_schedule s
    SET seen_claims = s.claims, seen_at = now(), looks = s.looks + 1,
        pace = CASE WHEN seen.goes_on THEN greatest(seen.pace, s.pace * 0.9) ELSE s.pace END
    FROM seen WHERE s.organization_id = seen.organization_id
    RETURNING s.organization_id, s.pace, s.looks >= 12 AND seen.goes_on AS is_known
  LOOP
    CONTINUE WHEN NOT looked.is_known OR found >= at_most;
    RETURN QUERY
      SELECT looked.organization_id, w.id, w.epoch, w.before, looked.pace FROM (
        SELECT t.id, t.epoch, t.attempt, t.decide_at, row_number() OVER (ORDER BY t.decide_at) - 1 AS before
        FROM task_results t
        WHERE t.organization_id = looked.organization_id AND t.state = 'accepted' AND t.verdict IS NULL AND t.decide_at > now()
      ) w
      WHERE w.attempt = 0 AND w.before > 2 * looked.pace * extract(epoch FROM w.decide_at - now())
      ORDER BY w.before LIMIT at_most - found;
    GET DIAGNOSTICS now_found = ROW_COUNT;
    found := found + now_found;
  END LOOP;
END
$$;

-- What is late, of each organization in turn: the lateness of one does not stand before another's.
CREATE FUNCTION find_late(at_most integer) RETURNS TABLE (organization_id uuid, id uuid, epoch integer)
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
    SELECT t.*, row_number() OVER (PARTITION BY t.organization_id ORDER BY t.decide_at) AS turn
    FROM undecided u, unnest(ARRAY['accepted', 'evaluating', 'waiting']) AS s (state), LATERAL (
      SELECT t.organization_id, t.id, t.epoch, t.decide_at FROM task_results t
      WHERE t.organization_id = u.organization_id AND t.state = s.state AND t.verdict IS NULL AND t.decide_at <= now()
      ORDER BY t.decide_at LIMIT at_most
    ) t
  )
  SELECT organization_id, id, epoch FROM late ORDER BY turn, decide_at LIMIT at_most
$$;

-- ---- who sees what -----------------------------------------------------------------------------

ALTER TABLE organization_schedule ENABLE ROW LEVEL SECURITY;
ALTER TABLE organization_schedule FORCE ROW LEVEL SECURITY;
CREATE POLICY flow ON organization_schedule TO rungate_flow USING (true);
CREATE POLICY definer ON organization_schedule TO rungate_definer USING (true);
CREATE POLICY platform ON organization_schedule FOR SELECT TO rungate_platform USING (true);
GRANT SELECT ON organization_schedule TO rungate_flow, rungate_platform;
GRANT UPDATE (state, virtual_time, charge, expected_ms, claims, seen_claims, seen_at, looks, pace) ON organization_schedule TO rungate_flow;
GRANT SELECT, INSERT, UPDATE ON organization_schedule TO rungate_definer;

CREATE POLICY flow ON organizations FOR SELECT TO rungate_flow USING (true);
GRANT SELECT (id, weight, max_in_flight) ON organizations TO rungate_flow;

REVOKE ALL ON FUNCTION make_ready(uuid[]), note_ready(), has_waiting(uuid),
  claim_task_results(text, integer, double precision),
  settle_usage(uuid[], double precision[], double precision[]), mend_schedule(),
  find_hopeless(integer, double precision), find_late(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_ready(uuid[]), has_waiting(uuid), claim_task_results(text, integer, double precision),
  settle_usage(uuid[], double precision[], double precision[]), mend_schedule(),
  find_hopeless(integer, double precision), find_late(integer) TO rungate_flow;
GRANT CREATE ON SCHEMA public TO rungate_definer;
ALTER FUNCTION make_ready(uuid[]) OWNER TO rungate_definer;
ALTER FUNCTION note_ready() OWNER TO rungate_definer;
REVOKE CREATE ON SCHEMA public FROM rungate_definer;
