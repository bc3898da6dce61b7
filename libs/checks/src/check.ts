import type { z } from 'zod';
import type { Finding, Report, RunFacts, Severity, Stage } from '@rungate/run-task';

export type { Finding, Report, RunFacts, Severity, Stage };

/**
 * The whole contract of a check plugin: all that an author opens.
 *
 * A plugin judges one run. It gets facts, the masked plan and its configuration, and returns a report; it has no token,
 * no clock, no store and no network. What its findings mean for the verdict is the platform's business.
 */
export interface CheckPlugin<Config = unknown> {
  /** Version of this contract. */
  readonly contract: 1;
  /** `^[A-Za-z0-9][A-Za-z0-9_-]*$`, unique in the catalogue: what a check's `use` names. */
  readonly name: string;
  /** Semantic version of the plugin. */
  readonly version: string;
  readonly title: string;
  /** One sentence for the catalogue. */
  readonly summary: string;
  /** Stages where it makes sense. */
  readonly stages: readonly Stage[];
  /** What the platform fetches before `run`; without `plan`, `input.plan` is null. */
  readonly needs: readonly ('plan' | 'configuration')[];
  /** Schema of its configuration; `{}` should be valid. Unknown keys are errors. */
  readonly config: z.ZodType<Config>;
  run(input: CheckInput<Config>): Report | Promise<Report>;
}

/** All that a plugin gets to judge one run. */
export interface CheckInput<Config = unknown> {
  readonly run: RunFacts;
  readonly stage: Stage;
  /** The masked plan; null when the plugin does not need it or the stage has none. */
  readonly plan: Plan | null;
  /** Read-only directory of the configuration; null until configurations are fetched. */
  readonly configurationDir: string | null;
  readonly config: Config;
  /** Aborts when the time limit is near or the run is over. */
  readonly signal: AbortSignal;
  /** A line for the `running` update; taken, and not shown yet. */
  progress(text: string): void;
  /** A line for the log of the check's result: at most 100 lines of 500 characters; what goes beyond is cut. */
  log(text: string): void;
}

/**
 * A typed, read-only view of `terraform show -json`, read from disk as it is asked for. Sensitive values are masked.
 * Lists are read one entry at a time, at every size; what is read whole must not exceed 32 MB, else the check ends with
 * a message that says so.
 */
export interface Plan {
  /** `format_version`, 0.1–1.x. */
  readonly formatVersion: string;
  readonly terraformVersion: string | null;
  /** False when the plan is known to be partial (targeting, deferred changes); null when the CLI is too old to say. */
  readonly complete: boolean | null;
  readonly applyable: boolean | null;
  /** True when planning failed half way: what is listed is not all that would change. */
  readonly errored: boolean | null;
  /** Whether applying would invoke actions (`action_invocations`, Terraform 1.14 and newer): they change no resource. */
  readonly invokesActions: boolean;
  /** Every entry of `resource_changes`, `no-op` and `read` included, one at a time. */
  changes(): AsyncIterable<ResourceChange>;
  /** `resource_drift`: what changed outside Terraform since the last run. Not what this run would change. */
  drift(): AsyncIterable<ResourceChange>;
  /** `deferred_changes`: what cannot be planned in this run, as far as it is known. */
  deferredChanges(): AsyncIterable<DeferredChange>;
  /** `checks`: results of the configuration's own conditions and `check` blocks. */
  terraformChecks(): AsyncIterable<TerraformCheck>;
  /** `output_changes` by name. */
  outputChanges(): Promise<ReadonlyMap<string, Change>>;
  /** `variables` of the root module by name, defaults included. */
  variables(): Promise<ReadonlyMap<string, unknown>>;
  /** `configuration` as Terraform writes it (`provider_config`, `root_module`); null when the plan has none. */
  configuration(): Promise<Readonly<Record<string, unknown>> | null>;
  /** `prior_state` as Terraform writes it (`values.root_module`); null before the first apply. */
  priorState(): Promise<Readonly<Record<string, unknown>> | null>;
}

/** One entry of `deferred_changes`. */
export interface DeferredChange {
  /** Such as `resource_config_unknown`: an open set. */
  readonly reason: string | null;
  readonly change: ResourceChange;
}

/** One entry of `checks`: a condition of the configuration, over all its instances. */
export interface TerraformCheck {
  /** Such as `check.health` or `aws_instance.web`. */
  readonly address: string;
  /** `resource`, `output_value`, `check`: an open set. */
  readonly kind: string | null;
  /** `unknown` until apply; anything else that a later Terraform may write is `unknown` too. */
  readonly status: 'pass' | 'fail' | 'error' | 'unknown';
  /** What is wrong, in the words of the configuration. */
  readonly problems: readonly string[];
}

/** Actions as the plan lists them. Look for membership: a replace comes in two orders, `forget` exists. */
export type Action = 'no-op' | 'create' | 'read' | 'update' | 'delete' | 'forget';

/** One entry of `resource_changes`. */
export interface ResourceChange {
  /** Unique together with `deposed`. */
  readonly address: string;
  readonly moduleAddress: string | null;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly index: string | number | null;
  readonly providerName: string | null;
  readonly deposed: string | null;
  /** The address before a move. */
  readonly previousAddress: string | null;
  /** For display only: an open set. */
  readonly actionReason: string | null;
  readonly change: Change;
}

/** Before and after of a resource or an output. */
export interface Change {
  readonly actions: readonly Action[];
  /** Null for a create. Sensitive values are masked. */
  readonly before: unknown;
  /** Null for a delete. Unknown leaves are missing: ask `afterUnknown` before calling one unset. */
  readonly after: unknown;
  /** `true` where a value is known only after apply, in the shape of `after`. */
  readonly afterUnknown: unknown;
  readonly beforeSensitive: unknown;
  readonly afterSensitive: unknown;
  /** Paths of the attributes that force a replacement. */
  readonly replacePaths: readonly (readonly (string | number)[])[];
  /** Present for an import. */
  readonly importing: { readonly id: string | null } | null;
}
