/** What is said of a metric; `labels` have few values each, and never name an organization, workspace or host. */
interface MetricFacts {
  readonly help: string;
  readonly labels: readonly string[];
  /** Whether `RUNGATE_METRICS_LABELS=organization` adds the organization. */
  readonly perOrganization?: boolean;
}

/** What only grows while a process runs. */
export const COUNTERS = {
  rungate_accepts_total: {
    help: 'Webhook requests by what they were answered.',
    labels: ['answer'],
    perOrganization: true,
  },
  rungate_refusals_total: { help: 'Webhook requests that were refused, by reason.', labels: ['reason'] },
  rungate_shed_total: {
    help: 'Webhook requests answered 503 before their body was read, by cause.',
    labels: ['cause'],
  },
  rungate_decisions_total: { help: 'Verdicts written by a worker.', labels: ['verdict'], perOrganization: true },
  rungate_checks_skipped_on_error_total: {
    help: 'Mandatory checks that could not judge and were skipped, as an administrator chose.',
    labels: [],
    perOrganization: true,
  },
  rungate_late_decisions_total: { help: 'Verdicts that the keeper wrote because a deadline was near.', labels: [] },
  rungate_expired_deliveries_total: { help: 'Verdicts whose deadline passed before they were delivered.', labels: [] },
  rungate_deliveries_total: {
    help: 'Attempts to deliver, by what was sent, the class of the answer, and what follows.',
    labels: ['kind', 'class', 'step'],
    perOrganization: true,
  },
  rungate_undeliverable_total: { help: 'Verdicts that were given up, for whatever reason.', labels: [] },
  rungate_certificate_failures_total: { help: 'Attempts to deliver that ended at a certificate.', labels: [] },
  rungate_lease_losses_total: { help: 'Evaluations that ended because another worker had taken over.', labels: [] },
  rungate_quarantines_total: {
    help: 'Checks that were put into quarantine, by how far it reaches.',
    labels: ['reach'],
  },
  rungate_failures_total: { help: 'Work that failed for a reason of ours, by what it was.', labels: ['work'] },
} as const satisfies Readonly<Record<string, MetricFacts>>;

/** Durations, in seconds. */
export const HISTOGRAMS = {
  rungate_accept_seconds: {
    help: 'From the first byte of a webhook request to its answer.',
    labels: [],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
  },
  rungate_evaluation_seconds: {
    help: 'From the claim of a task result to its verdict.',
    labels: [],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800],
  },
} as const satisfies Readonly<Record<string, MetricFacts & { readonly buckets: readonly number[] }>>;

/** What is so at the moment of a scrape. */
export const GAUGES = {
  rungate_info: { help: 'Always 1; the version is the label.', labels: ['version'] },
  rungate_check_up: { help: 'Whether a thing that this process needs is there, as /readyz has it.', labels: ['check'] },
  rungate_bodies_bytes: { help: 'Memory reserved for bodies of webhook requests.', labels: [] },
  rungate_hook_requests: { help: 'Signed webhook requests that are being answered.', labels: [] },
  rungate_event_loop_lag_seconds: { help: 'How late the event loop is, smoothed over about a second.', labels: [] },
  rungate_waiting: { help: 'Task results that wait to be evaluated, in the whole installation.', labels: [] },
  rungate_in_flight: { help: 'Task results under evaluation, in the whole installation.', labels: [] },
  rungate_oldest_wait_seconds: { help: 'How long the oldest task result has waited; 0 when none waits.', labels: [] },
  rungate_nearest_deadline_seconds: {
    help: 'Until the keeper decides the task result whose deadline is nearest; absent when all are decided.',
    labels: [],
  },
  rungate_deliveries_due: { help: 'Deliveries whose time has come and that nobody is sending.', labels: [] },
  rungate_sso_certificate_expires_seconds: {
    help: 'Until the first active SAML connection has no certificate left, negative afterwards; absent when there is none.',
    labels: [],
  },
  rungate_breakers_open: { help: 'Callback hosts that this process does not send to for now.', labels: [] },
} as const satisfies Readonly<Record<string, MetricFacts>>;

export type CounterName = keyof typeof COUNTERS;
export type HistogramName = keyof typeof HISTOGRAMS;
export type GaugeName = keyof typeof GAUGES;
type Known = typeof COUNTERS & typeof HISTOGRAMS & typeof GAUGES;

/** The labels of a metric, and the organization for those that may show it; the others ignore it. */
export type LabelsOf<N extends keyof Known> = Readonly<Record<Known[N]['labels'][number], string>> & {
  readonly organization?: string;
};
