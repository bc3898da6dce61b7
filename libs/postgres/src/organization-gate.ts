import type { ClientBase } from 'pg';
import type { LoginPool } from './login-pool.js';
import { PostgresError } from './errors.js';

/** The gate to the rows of one organization: nothing else of the database is reachable inside. */
export interface OrganizationGate {
  withOrganization<T>(organizationId: string, work: (tx: ClientBase) => Promise<T>): Promise<T>;
}

/** Transactions of `rungate_organization`, each for the organization that it names. */
export class PostgresOrganizationGate implements OrganizationGate {
  constructor(private readonly pool: LoginPool) {}

  async withOrganization<T>(organizationId: string, work: (tx: ClientBase) => Promise<T>): Promise<T> {
    const begin = `BEGIN; SELECT set_config('app.organization', '${checkedUuid(organizationId)}', true)`;
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
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text can be an id of a row at all. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The id goes into the text of a statement, because two statements in one round trip cannot have parameters. */
function checkedUuid(organizationId: string): string {
  if (isUuid(organizationId)) return organizationId;
  throw new PostgresError('bad_row', 'The id of an organization is not a UUID.');
}

async function rolledBack(client: ClientBase): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}
