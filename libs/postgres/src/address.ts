/** The same database under another login; host, port, database and parameters stay. */
export function addressFor(url: string, login: { readonly user: string; readonly password: string }): string {
  const { host, pathname, search } = new URL(url);
  const credentials = `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}`;
  return `postgresql://${credentials}@${host}${pathname}${search}`;
}
