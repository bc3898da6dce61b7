import { Writable } from 'node:stream';
import type { ClientBase } from 'pg';
import type { LoginPool } from './login-pool.js';
import { PostgresError } from './errors.js';

/** The gate to the rows of one organization: nothing else of the database is reachable inside. */
export interface OrganizationGate {
  withOrganization<T>(organizationId: string, work: (tx: ClientBase) => Promise<T>): Promise<T>;
  /**
   * The same in one round trip: begin, everything that `send` asks before it first waits, and commit leave together. What
   * `send` would ask later comes too late; a statement that fails undoes them all.
   */
  atOnce<T>(organizationId: string, send: (tx: ClientBase) => Promise<T>, durability?: Durability): Promise<T>;
}

/** `relaxed`: the commit does not wait for the disk, so that a crash of Postgres may undo it, never a part of it. */
export type Durability = 'full' | 'relaxed';

/** Transactions of `rungate_organization`, each for the organization that it names. */
export class PostgresOrganizationGate implements OrganizationGate {
  constructor(private readonly pool: LoginPool) {}

  async withOrganization<T>(organizationId: string, work: (tx: ClientBase) => Promise<T>): Promise<T> {
    const begin = beginAs(organizationId);
    const client = await this.pool.connect();
    let broken = true;
    try {
      await client.query(begin);
      const result = await work(client);
      await client.query('COMMIT');
      broken = false;
      return result;
    } catch (error) {
      broken = !(await rolledBack(client));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async atOnce<T>(
    organizationId: string,
    send: (tx: ClientBase) => Promise<T>,
    durability: Durability = 'full',
  ): Promise<T> {
    const begin = `${beginAs(organizationId)}${durability === 'full' ? '' : '; SET LOCAL synchronous_commit = off'}`;
    const client = await this.pool.connect();
    let broken = true;
    try {
      const [begun, sent, committed] = await inOneWrite(client, () =>
        Promise.allSettled([client.query(begin), send(client), client.query('COMMIT')]),
      );
      // After a statement that failed, the commit was a rollback: the session is as good as before.
      broken = begun.status === 'rejected' || committed.status === 'rejected';
      if (sent.status === 'rejected') throw asError(sent.reason);
      if (begun.status === 'rejected') throw asError(begun.reason);
      if (committed.status === 'rejected') throw asError(committed.reason);
      return sent.value;
    } finally {
      client.release(broken);
    }
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text can be an id of a row at all. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** One statement for one organization, milliseconds: less than whoever asks waits, so that nothing goes on for nobody. */
export const STATEMENT_MS = 15_000;

/** The id goes into the text of a statement, because two statements in one message cannot have parameters. */
function beginAs(organizationId: string): string {
  if (!isUuid(organizationId)) throw new PostgresError('bad_row', 'The id of an organization is not a UUID.');
  return `BEGIN; SELECT set_config('app.organization', '${organizationId}', true), set_config('statement_timeout', '${STATEMENT_MS}', true)`;
}

/** What `ask` queues before it first waits leaves in one system call instead of one for each statement. */
function inOneWrite<T>(client: ClientBase, ask: () => Promise<T>): Promise<T> {
  const stream = streamOf(client);
  stream?.cork();
  try {
    return ask();
  } finally {
    stream?.uncork();
  }
}

/** pg keeps its connection, and does not say so in its types; null should that ever change. */
function streamOf(client: ClientBase): Writable | null {
  const connection = 'connection' in client ? client.connection : null;
  const stream =
    typeof connection === 'object' && connection !== null && 'stream' in connection ? connection.stream : null;
  return stream instanceof Writable ? stream : null;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

async function rolledBack(client: ClientBase): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}
