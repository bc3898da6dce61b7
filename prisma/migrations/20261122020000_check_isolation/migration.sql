-- How much a check was held back while it ran (null: it did not run, or ran before this was noted), and what it logged.
ALTER TABLE check_results
  ADD COLUMN isolation text CHECK (isolation IN ('full', 'limited', 'weak')),
  ADD COLUMN log jsonb NOT NULL DEFAULT '[]';
