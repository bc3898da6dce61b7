/** Login that made the cluster: it migrates, and serves nothing. */
export const SUPERUSER = 'rungate_owner';

/** Address of the database `postgres` with that login. */
export function superuserAddress(port: number, password: string): string {
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
}
