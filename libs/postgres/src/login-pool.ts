import { Pool, type PoolClient } from 'pg';
import { addressFor } from './address.js';
import { errorCode } from './error-code.js';
import type { Secret } from './secret.js';

/** Whose connections a pool holds, and how long they may wait. */
export interface LoginPoolOptions {
  readonly url: string;
  readonly user: string;
  /** To try in this order: while a master key is rotated, the database may know another than the first. */
  readonly passwords: readonly [Secret<string>, ...Secret<string>[]];
  /** Ids of the master keys that this process lists, for whoever rotates them. */
  readonly keyIds: readonly string[];
  readonly size: number;
  /** Connections that stay open though nobody uses them. */
  readonly warm: number;
  /** A statement without an answer for so long has failed, whatever the server does. */
  readonly queryTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Statements go out without waiting for the answers of earlier ones; a late answer then costs the connection. */
  readonly pipeline?: boolean | undefined;
}

type Callback = (error: Error | undefined, client: PoolClient | undefined, done: (release?: unknown) => void) => void;

/** Connections of one login. Outlives a restart of the server, and a change of the password to that of a listed key. */
export class LoginPool extends Pool {
  readonly user: string;
  readonly #addresses: readonly string[];
  #current = 0;

  constructor(options: LoginPoolOptions) {
    const { url, user, passwords, keyIds, size, warm, queryTimeoutMs, connectTimeoutMs, pipeline } = options;
    const addresses = passwords.map((password) => addressFor(url, { user, password: password.reveal() }));
    super({
      connectionString: addresses[0],
      max: size,
      query_timeout: queryTimeoutMs,
      connectionTimeoutMillis: connectTimeoutMs,
      idleTimeoutMillis: 60_000,
      min: warm,
      keepAlive: true,
      pipeline: pipeline ?? false,
      application_name: applicationName(user, keyIds),
    });
    this.user = user;
    this.#addresses = addresses;
    // A connection that breaks while nobody uses it is dropped by the pool; without listeners it would end the process.
    this.on('error', () => undefined);
    this.on('connect', (client) => client.on('error', () => undefined));
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<PoolClient> | undefined {
    const connecting = this.#connect(this.#addresses.length - 1);
    if (callback === undefined) return connecting;
    connecting.then(
      (client) => {
        callback(undefined, client, (destroy) => {
          client.release(destroy instanceof Error || destroy === true);
        });
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), undefined, () => undefined);
      },
    );
    return undefined;
  }

  /** Opens the connections that stay before they are needed: a login can take longer than an answer may. */
  async warm(): Promise<void> {
    const asked = await Promise.allSettled(Array.from({ length: this.options.min ?? 0 }, () => this.connect()));
    // Also when one could not be opened: a pool with a connection that nobody gives back never ends.
    for (const one of asked) if (one.status === 'fulfilled') one.value.release();
    const failed = asked.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async #connect(others: number): Promise<PoolClient> {
    const tried = this.#current;
    try {
      return await super.connect();
    } catch (error) {
      if (others === 0 || !isWrongPassword(error)) throw error;
      if (this.#current === tried) this.#use((tried + 1) % this.#addresses.length);
      return this.#connect(others - 1);
    }
  }

  #use(index: number): void {
    this.#current = index;
    // The pool reads this for each new connection.
    this.options.connectionString = this.#addresses[index];
  }
}

/** Says in `pg_stat_activity` which master keys its process lists: a rotation must know before it uses a new one. */
function applicationName(user: string, keyIds: readonly string[]): string {
  return `${user} keys=${keyIds.join(',')}`;
}

/** SQLSTATE `invalid_password` or `invalid_authorization_specification`. */
export function isWrongPassword(error: unknown): boolean {
  return ['28P01', '28000'].includes(errorCode(error) ?? '');
}
