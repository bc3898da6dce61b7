import { randomBytes } from 'node:crypto';
import type { AnsweredRequest } from '@rungate/run-task/testing';
import { Api } from '../../harness/api.js';
import { freePort } from '../../harness/checkout.js';
import { cleanUp } from '../../harness/cleanup.js';
import { startRedis, type SharedRedis } from '../../harness/redis.js';
import type { Hook, RunOptions } from '../../harness/simulator-process.js';
import { until } from '../../harness/until.js';
import { FaultProxy } from '../fault-proxy.js';
import { CallbackHost } from './callback-host.js';
import { PostgresServer } from './postgres-server.js';
import { RoleProcess, type RoleName } from './role-process.js';
import { SecretCatcher } from './secret-catcher.js';

/** Where tickets lie. */
export type QueueKind = 'redis' | 'postgres';

/** How a world differs from others. */
export interface WorldOptions {
  readonly queue: QueueKind;
  /** Factor on every deadline; leases are not scaled. */
  readonly timeScale?: number;
  /** Laid over what every process gets. */
  readonly env?: NodeJS.ProcessEnv;
}

/** An organization with one run task. */
export interface Tenant {
  readonly slug: string;
  readonly hook: Hook;
  /** Where its Terraform is. */
  readonly origin: string;
  /** A text that stands in every request of it, and in nobody else's. */
  readonly marker: string;
}

/** 10 minutes become a minute, which a lease of 10 s and a delivery's turn of 20 s still fit into. */
const TIME_SCALE = 0.1;
const SETTLED_WITHIN_MS = 150_000;
/** A caller that comes again for more than half a minute: longer than a process takes to start on a busy machine. */
const RETRY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000];

/** Blocks what the simulator's plan `replace` replaces. */
const GUARD = {
  name: 'guard',
  use: 'destructive-guard',
  stages: ['post_plan'],
  enforcement: 'mandatory',
  config: { protectedTypes: ['terraform_data'] },
};

/** Rungate as processes with a role each, and everything around them behind a proxy. */
export class World {
  /** Requests that were sent past the simulator. */
  posted: AnsweredRequest[] = [];
  /** Those of the story that is being told. */
  tenants: Tenant[] = [];
  #count = 0;

  private constructor(
    readonly queue: QueueKind,
    readonly timeScale: number,
    readonly postgres: PostgresServer,
    readonly redis: { readonly server: SharedRedis; readonly proxy: FaultProxy } | null,
    readonly host: CallbackHost,
    readonly ingressProxy: FaultProxy,
    readonly processes: Readonly<Record<RoleName, RoleProcess>>,
    readonly api: Api,
    readonly secrets: SecretCatcher,
  ) {}

  /** Starts everything; it ends with the clean-up. What a busy machine kept from starting is tried once more. */
  static async start(options: WorldOptions): Promise<World> {
    try {
      return await World.#start(options);
    } catch {
      await cleanUp();
      return World.#start(options);
    }
  }

  static async #start({ queue, timeScale = TIME_SCALE, env = {} }: WorldOptions): Promise<World> {
    const [postgres, redis, host, ingressProxy] = await Promise.all([
      PostgresServer.start(),
      queue === 'redis' ? startRedisBehindProxy() : null,
      CallbackHost.start(),
      FaultProxy.start(0),
    ]);
    const secrets = new SecretCatcher();
    ingressProxy.onClientBytes = (bytes) => {
      secrets.readRequest(bytes);
    };
    const token = secrets.add(randomBytes(32).toString('hex'));
    const shared = {
      DATABASE_URL: postgres.url,
      RUNGATE_ENCRYPTION_KEY: secrets.add(randomBytes(32).toString('base64')),
      RUNGATE_BOOTSTRAP_TOKEN: token,
      RUNGATE_DEV: '1',
      RUNGATE_TIME_SCALE: String(timeScale),
      RUNGATE_PUBLIC_URL: `http://127.0.0.1:${ingressProxy.port}`,
      ...(redis === null ? {} : { REDIS_URL: redis.url }),
      ...env,
    };
    const process = async (name: RoleName): Promise<RoleProcess> =>
      new RoleProcess(name, { ...shared, RUNGATE_LISTEN: `127.0.0.1:${await freePort()}` });
    const processes = {
      ingress: await process('ingress'),
      api: await process('api'),
      'worker-1': await process('worker-1'),
      'worker-2': await process('worker-2'),
    };
    ingressProxy.targetPort = Number(processes.ingress.env.RUNGATE_LISTEN?.split(':')[1]);
    // The first migrates.
    await processes.api.start();
    for (const each of Object.values(processes)) await each.start();
    const api = new Api({ url: `http://${processes.api.env.RUNGATE_LISTEN ?? ''}`, dataDir: '' }, token);
    return new World(queue, timeScale, postgres, redis, host, ingressProxy, processes, api, secrets);
  }

  get workers(): readonly RoleProcess[] {
    return [this.processes['worker-1'], this.processes['worker-2']];
  }

  /** Begins another story: what was before is no part of its history. */
  begin(): void {
    this.posted = [];
    this.tenants = [];
  }

  /** A new organization with a run task that guards against replacement. */
  async tenant(terraformOrigin = this.host.origin): Promise<Tenant> {
    const slug = `org-${++this.#count}`;
    const desired = { terraformOrigin, deadlineProfile: 'fixed', checks: [GUARD] };
    const hook = await this.api.createRunTask(slug, 'guardrails', desired);
    this.secrets.add(hook.hmacKey);
    const tenant = { slug, hook, origin: terraformOrigin, marker: `marker-${slug}-${randomBytes(4).toString('hex')}` };
    this.tenants.push(tenant);
    return tenant;
  }

  /** Sends a run that will be judged *failed*; resolves with its task result id when it was answered 200. */
  async send(tenant: Tenant, options: Partial<RunOptions> = {}): Promise<string> {
    const { taskResultId, accepted } = await this.offer(tenant, options);
    if (!accepted) throw new Error(`the request of ${taskResultId} was not accepted`);
    return taskResultId;
  }

  /** The same, whatever is answered. */
  offer({ hook, marker }: Tenant, options: Partial<RunOptions> = {}): ReturnType<CallbackHost['simulator']['start']> {
    const { timeScale } = this;
    const run = { plan: 'replace', deadlineProfile: 'fixed', timeScale, workspaceName: marker };
    const retryDelaysMs = RETRY_DELAYS_MS;
    return this.host.simulator.start({ ...run, retryDelaysMs, ...hook, ...options });
  }

  /** Ends every fault: nothing is away, and every process runs. */
  async heal(): Promise<void> {
    for (const each of Object.values(this.processes)) each.resume();
    await this.postgres.start();
    await this.postgres.proxy.become({ kind: 'forward' });
    await this.redis?.proxy.become({ kind: 'forward' });
    await this.ingressProxy.become({ kind: 'forward' });
    await this.host.become({ kind: 'forward' });
    await Promise.all(Object.values(this.processes).map((each) => each.start()));
  }

  /** Waits until nothing is owed any more. @throws Error with what still is */
  async settle(withinMs = SETTLED_WITHIN_MS): Promise<void> {
    const owed = `SELECT task_result_id, state, attempt FROM task_results
                  WHERE state NOT IN ('delivered', 'undeliverable') LIMIT 20`;
    let left: readonly unknown[] = [];
    await until('everything to be settled', withinMs, async () => {
      left = await this.postgres.query(owed);
      return left.length === 0 ? true : null;
    }).catch((error: unknown) => {
      throw new Error(`still owed: ${JSON.stringify(left)}`, { cause: error });
    });
  }
}

async function startRedisBehindProxy(): Promise<{ server: SharedRedis; proxy: FaultProxy; url: string }> {
  const server = await startRedis();
  const proxy = await FaultProxy.start(server.server.port);
  const url = new URL(server.url);
  url.port = String(proxy.port);
  return { server, proxy, url: url.href };
}
