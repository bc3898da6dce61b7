import type { Stage } from './request.js';
import type { When } from './when.js';

/** What a failed check means: stops the verdict, is shown, or is only recorded. */
export type Enforcement = 'mandatory' | 'advisory' | 'shadow';

/** Mildest first: the order is the ranking. */
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;

/** How bad a finding is. */
export type Severity = (typeof SEVERITIES)[number];

/** Strongest first. `full`: no network, no files, no programs; `limited`: the network is not denied; `weak`: nor memory. */
export const ISOLATION_LEVELS = ['full', 'limited', 'weak'] as const;

/** How much a check is held back while it runs. */
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];

/** One check of a run task, as an organization configured it and as its version keeps it. */
export interface Check {
  /** Unique in its run task, `^[A-Za-z0-9][A-Za-z0-9_-]*$`. */
  readonly name: string;
  /** Name of the check plugin. */
  readonly use: string;
  /** Stages of a run at which it judges. */
  readonly stages: readonly Stage[];
  readonly enforcement: Enforcement;
  /** Wall clock for one judgement, seconds, 1–3,000. */
  readonly timeoutSeconds: number;
  /** Configuration, valid for the plugin's schema. */
  readonly config: Readonly<Record<string, unknown>>;
  /** A violation of this severity or worse fails the check. */
  readonly failOn: Severity;
  /** What an attribute known only after apply means. Never a silent pass. */
  readonly onUnknown: 'warn' | 'fail';
  /** What a check that could not judge means. */
  readonly onError: 'fail' | 'skip';
  /** To which runs it applies; to all when absent. */
  readonly when?: When | undefined;
  /** Placed by the platform: the organization's people cannot change it. */
  readonly locked?: boolean | undefined;
}

/** One thing that a check found. Its texts come from plans and plugins: untrusted. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Address of the resource, as the plan names it. */
  readonly address?: string | undefined;
  /** With an address, what is said of it: `is public`. Without one, a whole sentence. */
  readonly message: string;
  readonly remediation?: string | undefined;
  readonly docsUrl?: string | undefined;
  /** `unknown`: depends on a value known only after apply. */
  readonly certainty: 'violation' | 'unknown';
}

/** What a check plugin returns. */
export interface Report {
  readonly findings: readonly Finding[];
  /** One line for a person. */
  readonly summary: string;
  /** Numbers worth keeping, such as the count of changes. */
  readonly facts?: Readonly<Record<string, number>> | undefined;
}

/** The words of `CheckFailure`, for whoever reads them back. */
export const CHECK_FAILURES = [
  'timeout',
  'memory',
  'cpu',
  'output',
  'reply_too_large',
  'bad_reply',
  'threw',
  'exited',
  'crashed',
  'spawn',
  'start_timeout',
  'aborted',
  'config_invalid',
  'plugin_unknown',
  'plan_unavailable',
  'sandbox_lost',
  'quarantined',
] as const;

/** Why a check gave no report. */
export type CheckFailure = (typeof CHECK_FAILURES)[number];

/** What is known of one check that ran, however it ended. */
interface Ended {
  readonly check: string;
  readonly durationMs: number;
  /** How much it was held back; null when it did not run. */
  readonly isolation: IsolationLevel | null;
  /** What it logged, line by line; bounded by the runner. */
  readonly log: readonly string[];
}

/** How one check ended: a report, or the reason why there is none. */
export type CheckEnd =
  | (Ended & { readonly kind: 'reported'; readonly report: Report })
  | (Ended & {
      readonly kind: 'errored';
      readonly reason: CheckFailure;
      /** One sentence for a person; never a secret. */
      readonly detail: string;
    })
  /** It was not run, because a condition of its `when` does not hold. */
  | (Ended & {
      readonly kind: 'not_applied';
      /** A few words, such as `not for branch main`. */
      readonly detail: string;
    });

/** How a check ended, as people see it. */
export type CheckStatus = 'passed' | 'failed' | 'errored' | 'skipped' | 'waiting';

/** A judged check: one row per (task result, check), final once written. */
export interface CheckResult {
  readonly name: string;
  readonly use: string;
  readonly enforcement: Enforcement;
  readonly status: CheckStatus;
  /** Whether this result fails the verdict. */
  readonly blocks: boolean;
  /** One line for a person. */
  readonly message: string;
  readonly findings: readonly Finding[];
  readonly facts: Readonly<Record<string, number>>;
  readonly failure: CheckFailure | null;
  readonly durationMs: number;
  /** How much it was held back; null when it did not run. */
  readonly isolation: IsolationLevel | null;
  /** What it logged, line by line. */
  readonly log: readonly string[];
}
