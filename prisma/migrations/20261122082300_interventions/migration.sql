-- What operators do to one task result in flight, and what its workspace had before.

-- An operator wants the verdict now: what is not judged by then is as at the deadline.
ALTER TABLE task_results ADD COLUMN cut_short boolean NOT NULL DEFAULT false;
GRANT UPDATE (progress_due_at, cut_short) ON task_results TO rungate_organization;
GRANT SELECT (cut_short) ON task_results TO rungate_platform;

-- Of those that have ended alone, so that nothing on the way there writes it.
CREATE INDEX task_results_of_workspace ON task_results (workspace_id, organization_id, id)
  WHERE state IN ('delivered', 'undeliverable');

-- Verdicts that were given up, by when.
CREATE INDEX deliveries_given_up ON deliveries (ended_at) WHERE state = 'undeliverable' AND kind = 'final';
