import type { Faults } from './fault.js';
import type { VcsFacts } from './request-body.js';

/** The stages of a run at which run tasks are called, in order. */
export const STAGES = ['pre_plan', 'post_plan', 'pre_apply', 'post_apply'] as const;
/** A stage of a run. */
export type Stage = (typeof STAGES)[number];

/**
 * When the platform gives up (HashiCorp, "Run tasks integration API"). `rolling`: 10 minutes without progress, 60 in all.
 * `fixed`: 10 minutes whatever is sent, as TFE up to v202506-1.
 */
export type DeadlineProfile = 'rolling' | 'fixed';

/** One run of a workspace that reaches a stage with our run task. Only the hook and its key have no default. */
export interface RunOptions {
  /** On this machine: the simulator signs, so it must not be turned on others. */
  readonly hookUrl: string;
  /** `null`: the run task has no key, and the signature is the empty string. */
  readonly hmacKey: string | null;
  /** `post_plan`. */
  readonly stage?: Stage | undefined;
  /** Name of a fixture, or the bytes to serve; `null` (default): there is no plan, its endpoint answers 204. */
  readonly plan?: string | Uint8Array | null | undefined;
  /** The tar.gz to serve; `null` (default): none was uploaded, and its URL is null. */
  readonly configuration?: Uint8Array | null | undefined;
  /** `acme`. */
  readonly organizationName?: string | undefined;
  /** `web-production`. */
  readonly workspaceName?: string | undefined;
  /** `Default Project`. */
  readonly projectName?: string | undefined;
  /** The empty string. */
  readonly workingDirectory?: string | undefined;
  /** `mandatory`. */
  readonly enforcement?: 'mandatory' | 'advisory' | undefined;
  /** `rolling`. */
  readonly deadlineProfile?: DeadlineProfile | undefined;
  /** Factor on every deadline; 1. */
  readonly timeScale?: number | undefined;
  /** `{ outcomes: true }`; `null` leaves it out, as TFE before v202310-1 does. */
  readonly capabilities?: { readonly outcomes: boolean } | null | undefined;
  /** What goes wrong on the platform's side of this run. */
  readonly faults?: Faults | undefined;
  /** Random unless given. */
  readonly taskResultId?: string | undefined;
  /** Where the configuration came from; `null` (default): not from version control. */
  readonly vcs?: VcsFacts | null | undefined;
  /** `false`. */
  readonly isSpeculative?: boolean | undefined;
  /** `Triggered via UI`. */
  readonly runMessage?: string | undefined;
  /** `username`. */
  readonly runCreatedBy?: string | undefined;
  /** Laid over the body, for requests that are odd. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  /** Names of members to leave out, as older releases do. */
  readonly omit?: readonly string[] | undefined;
  /** Pauses between tries while the hook does not answer 200, milliseconds; what HCP Terraform does is not published. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** How long the bearer token works, milliseconds; unlimited (documented as 10 minutes, which 60-minute tasks contradict). */
  readonly tokenLifetimeMs?: number | undefined;
}
