/** Whether an address of somebody else may be a link: https, and where the run itself is. */
export function isOnOrigin(url: string, runUrl: string | null): boolean {
  if (runUrl === null || !URL.canParse(url) || !URL.canParse(runUrl)) return false;
  const { protocol, origin, username, password } = new URL(url);
  return protocol === 'https:' && origin === new URL(runUrl).origin && username === '' && password === '';
}
