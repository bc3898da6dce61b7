import {
  discoverAnswer,
  SIGN_IN_PATHS,
  signInAnswer,
  signInOptions,
  type DiscoverAnswer,
  type SignInOptions,
} from '@rungate/contract';

/** Asks for the ways to sign in; anybody may. */
export async function readSignInOptions(): Promise<SignInOptions> {
  const response = await fetch(SIGN_IN_PATHS.options, { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return signInOptions.parse(await response.json());
}

/** Finds a provider by an e-mail address, and says where to go now; whether one was found shows there. */
export async function discoverProvider(email: string, returnPath: string): Promise<DiscoverAnswer> {
  const response = await fetch(SIGN_IN_PATHS.discover, {
    method: 'POST',
    headers: { 'x-rungate-request': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ email, returnPath }),
  });
  if (response.status === 429) throw new Error('Too many tries from your address. Wait a minute.');
  if (response.status === 400) throw new Error('This is no e-mail address.');
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return discoverAnswer.parse(await response.json());
}

/** Ends the session of this browser, and says where to go now. */
export async function signOut(): Promise<string> {
  const response = await fetch(SIGN_IN_PATHS.logout, { method: 'POST', headers: { 'x-rungate-request': '1' } });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return signInAnswer.parse(await response.json()).location;
}

/** Where a person proves anew who he is, and comes back from. */
export function stepUpAddress(returnPath: string): string {
  return `${SIGN_IN_PATHS.stepUp}?return=${encodeURIComponent(returnPath)}`;
}

/** Uses a one-time link up, and says where to go now. */
export async function followLink(token: string): Promise<string> {
  const response = await fetch(SIGN_IN_PATHS.link, {
    method: 'POST',
    headers: { 'x-rungate-request': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (!response.ok) throw new Error('The link was used already, or its time is over. Ask for another one.');
  return signInAnswer.parse(await response.json()).location;
}
