import type { Egress } from '@rungate/egress';
import type { CallbackSender, FetchedPlan, OpenOrigins, PlanSource, TerraformConnector } from '@rungate/run-task';
import { EgressCallbackSender } from './callback-sender.js';
import { SpooledPlanSource, type DownloadLimits } from './plan-source.js';
import { EgressTerraformConnector } from './setup/connector.js';
import type { SetupLimits } from './setup/terraform-api.js';
import { Spool, type SpoolLimits } from './spool.js';

/** Everything that bounds what a Terraform can cost us. */
export interface TerraformLimits extends DownloadLimits, SpoolLimits, SetupLimits {
  /** One callback, from the call to the end of its answer. */
  readonly callbackTotalMs: number;
}

/** What the client of every Terraform needs. */
export interface TerraformOptions {
  readonly egress: Egress;
  /** Origins that need nobody's approval. */
  readonly openOrigins: OpenOrigins;
  /** Made when it does not exist; may be shared by processes. */
  readonly spoolDir: string;
  /** Where they differ from the usual ones. */
  readonly limits?: Partial<TerraformLimits>;
}

/** Plans in, callbacks out, run tasks set up. */
export interface Terraform {
  readonly plans: PlanSource;
  readonly callbacks: CallbackSender;
  readonly connector: TerraformConnector;
  /**
   * Keeps a plan that came from elsewhere, as a downloaded one would be.
   * @throws TerraformError `spool_full`, or what the source and the file system say; then nothing is kept.
   */
  keepPlan(organizationId: string, source: AsyncIterable<Uint8Array>): Promise<FetchedPlan>;
  /** Removes what processes left in the spool that no longer run; how many. For the start. */
  sweepSpool(): Promise<number>;
  /** Removes the plans of this process; the egress stays open. */
  close(): Promise<void>;
}

const MEBIBYTE = 1_048_576;
const SECOND = 1_000;

const LIMITS: TerraformLimits = {
  planBytes: 512 * MEBIBYTE,
  organizationBytes: 1_024 * MEBIBYTE,
  spoolBytes: 2_048 * MEBIBYTE,
  downloadIdleMs: 30 * SECOND,
  downloadTotalMs: 300 * SECOND,
  retryWindowMs: 60 * SECOND,
  retryBaseMs: 0.5 * SECOND,
  downloads: { total: 64, perOrigin: 32, perOrganization: 8 },
  callbackTotalMs: 15 * SECOND,
  // Terraform calls us back before it answers.
  requestTotalMs: 30 * SECOND,
  spacingMs: 40,
  longestPauseMs: 10 * SECOND,
};

/** The client of every Terraform, with the usual limits unless told otherwise. */
export function createTerraform({ egress, openOrigins, spoolDir, limits: given = {} }: TerraformOptions): Terraform {
  const limits = { ...LIMITS, ...given };
  const spool = new Spool(spoolDir, limits);
  return {
    plans: new SpooledPlanSource({ egress, spool, openOrigins }, limits),
    callbacks: new EgressCallbackSender(egress, openOrigins, limits.callbackTotalMs),
    connector: new EgressTerraformConnector({ egress, openOrigins }, limits),
    keepPlan: (organizationId, source) => keep(spool, organizationId, source),
    sweepSpool: () => spool.sweep(),
    close: () => spool.close(),
  };
}

async function keep(spool: Spool, organizationId: string, source: AsyncIterable<Uint8Array>): Promise<FetchedPlan> {
  const file = spool.create(organizationId);
  try {
    for await (const chunk of source) await file.write(chunk);
    return file.finish();
  } catch (error) {
    await file.remove();
    throw error;
  }
}
