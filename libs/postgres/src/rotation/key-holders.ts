import type { ClientBase } from 'pg';

/** Connections of serving processes, by the master keys that their processes list. */
export interface KeyHolder {
  /** Short ids, newest first, as far as their names fit. */
  readonly keys: readonly string[];
  readonly connections: number;
}

/** Which master keys the processes that serve this database list now: each connection says so in its name. */
export async function keyHolders(client: ClientBase): Promise<readonly KeyHolder[]> {
  const { rows } = await client.query<{ keys: string; connections: number }>(`
    SELECT split_part(application_name, ' keys=', 2) AS keys, count(*)::int AS connections FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'rungate\\_% keys=%'
    GROUP BY 1 ORDER BY 1`);
  return rows.map(({ keys, connections }) => ({ keys: keys.split(','), connections }));
}

/** Connections whose process does not list a key, or (`first`) does not put it first. */
export function connectionsWithout(holders: readonly KeyHolder[], key: string, place: 'any' | 'first'): number {
  const has = ({ keys }: KeyHolder): boolean => (place === 'first' ? keys[0] === key : keys.includes(key));
  return holders.filter((holder) => !has(holder)).reduce((sum, { connections }) => sum + connections, 0);
}
