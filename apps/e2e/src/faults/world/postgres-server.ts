import { chmodSync } from 'node:fs';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@rungate/postgres/embedded';
import { newDirectory } from '../../harness/checkout.js';
import { onCleanup } from '../../harness/cleanup.js';
import { queryAsSuperuser } from '../../harness/embedded-database.js';
import { until } from '../../harness/until.js';
import { FaultProxy } from '../fault-proxy.js';

/** `fast`: connections are ended, everything is written. `immediate`: as after a crash, what was written is recovered. */
export type StopMode = 'fast' | 'immediate';

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
const STOPPED_WITHIN_MS = 30_000;

/** A Postgres behind a proxy, which can be stopped and started where it was. */
export class PostgresServer {
  private constructor(
    readonly dataDir: string,
    readonly proxy: FaultProxy,
    private cluster: EmbeddedPostgres,
  ) {}

  /** Starts one that ends with the clean-up. */
  static async start(): Promise<PostgresServer> {
    const dataDir = newDirectory();
    // As another user, it must reach what lies below.
    chmodSync(dataDir, 0o711);
    const cluster = await startEmbeddedPostgres({ dataDir });
    const server = new PostgresServer(dataDir, await FaultProxy.start(cluster.port), cluster);
    onCleanup(() => server.cluster.stop());
    return server;
  }

  /** Through the proxy, with the superuser's login: what processes are given. */
  get url(): string {
    const url = new URL(this.cluster.url);
    url.port = String(this.proxy.port);
    return url.href;
  }

  /** Past the proxy. */
  query(text: string): Promise<readonly unknown[]> {
    return queryAsSuperuser(this.dataDir, text);
  }

  async stop(mode: StopMode): Promise<void> {
    const { pid } = this.cluster;
    process.kill(pid, SIGNALS[mode]);
    await until('Postgres to stop', STOPPED_WITHIN_MS, () => (isThere(pid) ? null : true));
  }

  async start(): Promise<void> {
    if (isThere(this.cluster.pid)) return;
    this.cluster = await startEmbeddedPostgres({ dataDir: this.dataDir });
    this.proxy.targetPort = this.cluster.port;
  }

  async restart(mode: StopMode): Promise<void> {
    await this.stop(mode);
    await this.start();
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
