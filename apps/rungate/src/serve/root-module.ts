import path from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Module, type DynamicModule } from '@nestjs/common';
import { ApiModule, type AboutProcess, type SignInChoice } from '@rungate/api';
import { PluginCatalogue, checkProblems, type PluginManifest } from '@rungate/checks';
import type { Config } from '@rungate/config';
import { dnsTextRecords } from '@rungate/egress';
import { IngressModule } from '@rungate/ingress';
import type { FetchedPlan } from '@rungate/run-task';
import type { Log, Metrics } from '@rungate/telemetry';
import { TerraformError, callbackUrlAllowed, type Terraform } from '@rungate/terraform';
import { WorkerModule } from '@rungate/worker';
import { openHeadSink } from './audit-heads.js';
import { watchCertificates } from './certificate-metrics.js';
import type { Database } from './database.js';
import { HealthModule } from './health.module.js';
import { insisting, openOriginsOf, type Outside } from './outside.js';
import { readinessOf, type HealthOptions, type ReadinessCheck } from './readiness.js';
import { version } from '../version.js';
import { watchWork } from './work-metrics.js';

/** Everything that the roles are composed of. */
export interface Parts extends Database {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Null where neither a worker nor the API runs. */
  readonly outside: Outside | null;
  /** The plugins of others, as far as they are known now. */
  readonly plugins: () => readonly PluginManifest[];
  /** The people of the development provider; none outside development. */
  readonly personas: () => readonly SignInChoice[];
  /** Unique among the processes of an installation. */
  readonly workerId: string;
  /** Aborts when the stop that was asked for should not wait for work in flight. */
  readonly hurry: AbortSignal;
  isDraining(): boolean;
}

/** How long work in flight may go on after a stop was asked for. */
const DRAIN_MS = 5_000;

/** Where the build puts the console, seen from where it puts this file. */
const CONSOLE = path.resolve(__dirname, '../../../../console');

@Module({})
class RootModule {}

/** The one place where roles meet their adapters. */
export function rootModule(parts: Parts): DynamicModule {
  const { outside } = parts;
  const { roles } = parts.config;
  if (roles.includes('worker')) watchWork(parts.metrics, parts.postgres.figures);
  if (roles.includes('api')) {
    const { managedConnections: connections, clock } = parts.postgres;
    watchCertificates({ metrics: parts.metrics, connections, clock });
  }
  return {
    module: RootModule,
    imports: [
      HealthModule.register(healthOf(parts)),
      ...(roles.includes('ingress') ? [ingress(parts)] : []),
      ...(roles.includes('api') && outside !== null ? [api(parts, outside)] : []),
      ...(roles.includes('worker') && outside !== null ? [worker(parts, outside)] : []),
    ],
  };
}

/** What this process needs to do its roles' work. */
export function healthOf(parts: Parts): HealthOptions {
  const { config, outside } = parts;
  return {
    roles: config.roles,
    checks: readinessChecks(parts),
    ...(outside === null ? {} : { isolation: () => outside.runner.level }),
    isDraining: () => parts.isDraining(),
  };
}

function ingress({ config, postgres, queue, log, metrics }: Parts): DynamicModule {
  const { development, timeScale } = config;
  return IngressModule.register({
    ports: {
      hooks: postgres.hooks,
      ids: postgres.ids,
      callbackAllowed: (url, terraformOrigin) => {
        const answer = callbackUrlAllowed(url, terraformOrigin, { development });
        return answer.ok ? answer : { ok: false, reason: `The callback URL ${answer.reason}.` };
      },
      openOrigins: openOriginsOf(config),
      timeScale,
    },
    queue,
    log,
    metrics,
  });
}

function api(parts: Parts, { egress, terraform, runner }: Outside): DynamicModule {
  const { config, postgres, bootstrapToken, cursorKey, plugins, personas, log } = parts;
  const catalogue = new PluginCatalogue(plugins);
  return ApiModule.register({
    organizations: postgres.organizations,
    runTasks: postgres.runTasks,
    onboarding: postgres.onboarding,
    origins: postgres.origins,
    quarantines: postgres.shownQuarantines,
    taskResults: postgres.taskResults,
    resends: postgres.resends,
    callbacks: postgres.callbacks,
    reevaluations: postgres.reevaluations,
    changes: postgres.changes,
    live: postgres.live,
    interventions: postgres.interventions,
    operations: postgres.operations,
    system: postgres.system,
    figures: postgres.figures,
    aboutProcess: () => aboutProcess(parts),
    apiTokens: postgres.apiTokens,
    signIns: postgres.signIns,
    managedConnections: postgres.managedConnections,
    setupLinks: postgres.setupLinks,
    domains: postgres.domains,
    textRecords: dnsTextRecords(),
    sessions: postgres.sessions,
    views: postgres.views,
    members: postgres.members,
    savedViews: postgres.savedViews,
    egress,
    personas,
    clock: postgres.clock,
    answers: postgres.answers,
    connects: postgres.connects,
    connector: terraform.connector,
    audit: postgres.audit,
    rehearsals: { runner: insisting(config, runner), catalogue },
    keepPlan: (organizationId, source) => keepPlan(terraform, organizationId, source),
    catalogue: () => catalogue.entries(),
    checkProblems: (checks) => checkProblems(checks, catalogue),
    bootstrapToken,
    publicUrl: config.publicUrl,
    cursorKey,
    development: config.development,
    timeScale: config.timeScale,
    purgeAfterDays: config.purgeAfterDays,
    openOrigins: openOriginsOf(config),
    grantableRanges: config.egressCidrs,
    requestsPerSecond: config.apiRequestsPerSecond,
    consoleFolder: CONSOLE,
    log,
  });
}

async function aboutProcess(parts: Parts): Promise<AboutProcess> {
  const { status, roles, checks } = await readinessOf(healthOf(parts));
  const { outside, config } = parts;
  return {
    version: version(),
    status,
    roles,
    checks: checks.map(({ name, status, reason = null }) => ({ name, status, reason })),
    isolation: outside === null ? null : { level: outside.runner.level, shortfall: outside.runner.shortfall },
    queueBackend: config.redis === null ? 'postgres' : 'redis',
  };
}

async function keepPlan(
  terraform: Terraform,
  organizationId: string,
  source: AsyncIterable<Uint8Array>,
): Promise<FetchedPlan | null> {
  try {
    return await terraform.keepPlan(organizationId, source);
  } catch (error) {
    if (error instanceof TerraformError) return null;
    throw error;
  }
}

function worker(
  { config, postgres, queue, plugins, log, metrics, workerId, hurry }: Parts,
  { terraform, runner }: Outside,
): DynamicModule {
  const catalogue = new PluginCatalogue(plugins);
  return WorkerModule.register({
    id: workerId,
    concurrency: config.concurrency,
    schedule: postgres.schedule,
    tasks: postgres.tasks,
    plans: terraform.plans,
    callbacks: terraform.callbacks,
    runner,
    catalogue,
    quarantines: postgres.quarantines,
    pluginVersion: (use) => catalogue.versionOf(use),
    queue,
    clock: postgres.clock,
    steady: () => performance.now(),
    random: Math.random,
    timeScale: config.timeScale,
    drainMs: DRAIN_MS,
    hurry,
    operationWork: postgres.operationWork,
    inputs: postgres.inputs,
    unpackPlan: (organizationId, gzip) =>
      keepPlan(terraform, organizationId, Readable.from([gzip]).pipe(createGunzip())),
    resends: postgres.resends,
    auditTrails: postgres.auditTrails,
    purges: postgres.purges,
    heads: openHeadSink(config.auditHeadsFile, log),
    log,
    metrics,
  });
}

/** Nothing is lost without the queue, only a second. */
function readinessChecks({ config, postgres, queue, outside }: Parts): readonly ReadinessCheck[] {
  return [
    { name: 'database', check: () => postgres.health() },
    { name: 'queue', check: () => queue.waiting('evaluate').then(() => undefined), dispensable: true },
    // Without one the API still manages; only tests of run tasks wait.
    ...(outside === null || !config.roles.includes('worker')
      ? []
      : [{ name: 'runner', check: () => outside.runner.ready().then(() => undefined) }]),
  ];
}
