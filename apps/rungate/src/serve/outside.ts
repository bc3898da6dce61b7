import { readFileSync } from 'node:fs';
import type { Config } from '@rungate/config';
import { createEgress, type Egress, type Endpoint, type Proxy } from '@rungate/egress';
import type { CheckRunner, OpenOrigins } from '@rungate/run-task';
import type { Runner } from '@rungate/sandbox';
import { createTerraform, type Terraform } from '@rungate/terraform';
import type { OpenOptions } from './database.js';
import { StartError } from './start-error.js';

/** What a worker and the API reach outside of Postgres: Terraforms, and the processes that run checks. */
export interface Outside {
  readonly egress: Egress;
  readonly terraform: Terraform;
  readonly runner: Runner;
}

/** Opens the ways to Terraforms, none of which leads to `own` or to a listener of ours. */
export async function openOutside(
  { config, log, cleanup }: OpenOptions,
  { runner, own }: { readonly runner: Runner; readonly own: () => readonly Endpoint[] },
): Promise<Outside> {
  if (config.roles.includes('worker')) await requireIsolation(config, runner);
  const { listen, metricsListen, kubernetesApi } = config;
  const listeners = [listen, metricsListen, ...(kubernetesApi === null ? [] : [kubernetesApi])];
  const egress = createEgress({
    development: config.development,
    grantableRanges: config.egressCidrs,
    ownEndpoints: () => [...listeners, ...own()],
    proxy: proxyOf(config),
    namedOrigins: config.terraformOrigins,
    caBundle: config.caBundleFile === null ? undefined : readFileSync(config.caBundleFile, 'utf8'),
  });
  cleanup.defer('connections to Terraforms', () => egress.close());
  const terraform = createTerraform({
    egress,
    openOrigins: openOriginsOf(config),
    spoolDir: config.spoolDir,
    limits: { spoolBytes: config.spoolBytes },
  });
  cleanup.defer('the spool', () => terraform.close());
  const swept = await terraform.sweepSpool();
  if (swept > 0) log.info('swept the spool', { leftovers: swept });
  return { egress, terraform, runner };
}

/** Origins that organizations may choose themselves. */
export function openOriginsOf({ terraformOrigins }: Config): OpenOrigins {
  return { origins: terraformOrigins };
}

function proxyOf({ proxy, noProxy }: Config): Proxy | null {
  return proxy === null ? null : { ...proxy, credentials: proxy.credentials?.reveal() ?? null, exempt: noProxy };
}

/** The same runner, which refuses to judge where `RUNGATE_SANDBOX=full` and there is less: for the API, which serves all the same. */
export function insisting({ sandbox }: Pick<Config, 'sandbox'>, runner: Runner): CheckRunner {
  if (sandbox !== 'full') return runner;
  const detail = 'RUNGATE_SANDBOX is full, and checks cannot be isolated so well in this process';
  return {
    async run(assignment, ended, signal) {
      if (runner.level === 'full') {
        await runner.run(assignment, ended, signal);
        return;
      }
      for (const { name: check } of assignment.checks) {
        ended({ kind: 'errored', check, reason: 'spawn', detail, durationMs: 0, isolation: null, log: [] });
      }
    },
  };
}

/** `RUNGATE_SANDBOX=full` means that nothing less will do. @throws StartError `isolation_too_weak` */
export async function requireIsolation({ sandbox }: Pick<Config, 'sandbox'>, runner: Runner): Promise<void> {
  if (sandbox !== 'full') return;
  const level = await runner.ready();
  if (level === 'full') return;
  throw new StartError(
    'isolation_too_weak',
    `RUNGATE_SANDBOX is full, but checks can only be isolated at the level ${level} here. ${runner.shortfall ?? ''} To accept what there is, set RUNGATE_SANDBOX=auto.`,
  );
}
