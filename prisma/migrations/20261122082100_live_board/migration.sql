-- Verdicts that did not arrive, by when they had to: few, so nobody else pays for it.
CREATE INDEX task_results_missed ON task_results (least(progress_by, final_by)) WHERE state = 'undeliverable';
