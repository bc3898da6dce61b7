/**
 * Takes SIGUSR1 away from Node, which would open its inspector on it: code of another process of this user could then
 * enter this one. Every process of Rungate calls this first.
 */
export function refuseInspector(): void {
  if (!process.listeners('SIGUSR1').includes(ignore)) process.on('SIGUSR1', ignore);
}

function ignore(): void {
  // Being handled is all that it needs.
}
