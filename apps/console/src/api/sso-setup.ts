import { problemShape, signInAnswer, SSO_SETUP_PATHS, ssoSetup, type SsoSetupBody } from '@rungate/contract';

/** What somebody who opened a set-up link sees; null: no link is open in this browser, or its time is over. */
export async function readSetup(): Promise<SsoSetupBody | null> {
  const response = await fetch(SSO_SETUP_PATHS.whole, { headers: { accept: 'application/json' } });
  if (response.status === 401) return null;
  return ssoSetup.parse(await contentOf(response));
}

/** Uses the link up. */
export async function openSetup(token: string): Promise<void> {
  await ask('POST', SSO_SETUP_PATHS.open, { token });
}

/** Stores what was entered. */
export async function changeSetup(settings: unknown): Promise<SsoSetupBody> {
  return ssoSetup.parse(await ask('PUT', SSO_SETUP_PATHS.whole, settings));
}

/** Takes the metadata of the provider. */
export async function readSetupMetadata(metadata: unknown): Promise<SsoSetupBody> {
  return ssoSetup.parse(await ask('POST', SSO_SETUP_PATHS.metadata, metadata));
}

/** Begins a test, and says where to go for it. */
export async function testSetup(): Promise<string> {
  return signInAnswer.parse(await ask('POST', SSO_SETUP_PATHS.test, undefined)).location;
}

/** It is over. */
export async function endSetup(): Promise<void> {
  await ask('POST', SSO_SETUP_PATHS.done, undefined);
}

async function ask(method: string, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(path, {
    method,
    headers: { 'x-rungate-request': '1', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return contentOf(response);
}

/** @throws Error in the words of the server */
async function contentOf(response: Response): Promise<unknown> {
  const text = await response.text();
  const content: unknown = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return content;
  const problem = problemShape.safeParse(content).data;
  const faults = (problem?.errors ?? []).map(({ pointer, detail }) => `${pointer}: ${detail}`);
  throw new Error([problem?.detail ?? `The server answered ${response.status}.`, ...faults].join(' '));
}
