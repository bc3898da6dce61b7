import type { SignInConnection } from '@rungate/run-task';

/** What a remedy may name. */
export interface Remedied {
  readonly connection: Pick<SignInConnection, 'id' | 'type'>;
  readonly publicUrl: string;
}

/** What is often wrong when a provider, or a library, says so. The first that matches. */
const REMEDIES: readonly (readonly [RegExp, (about: { readonly base: string }) => string])[] = [
  [/invalid_client|unauthorized_client/i, () => 'Compare client id and client secret with those at the provider.'],
  [/redirect_uri/i, ({ base }) => `Register ${base}/callback as redirect URI at the provider, to the letter.`],
  [/says that it is|issuer/i, () => 'Write the issuer exactly as the provider does, with or without its last slash.'],
  [/Destination|Recipient/i, ({ base }) => `Set ${base}/acs as reply address (ACS) at the provider, to the letter.`],
  [/Audience/i, ({ base }) => `Set ${base}/metadata as entity id (audience) at the provider, to the letter.`],
  [/Invalid signature/i, () => 'Take the signing certificate anew from the metadata of the provider.'],
  [/Nothing in the answer is signed|SHA-256/i, () => 'Let the provider sign the assertion with RSA and SHA-256.'],
  [/encrypted/i, () => 'Switch encryption of assertions off at the provider.'],
  [/transient|NameID/i, () => 'Let the NameID be persistent at the provider.'],
  [
    /future|good until|good from|expired|\biat\b|\bexp\b/i,
    () => 'Compare the clocks of the provider and of this server.',
  ],
  [/no metadata of its provider/i, () => 'Read the metadata of the provider first.'],
  [/no issuer of one tenant/i, () => "Set issuer and client id; of Entra the tenant's own issuer."],
  [
    /address|reach|resolve|connect|answer in full|TLS|certificate/i,
    () => 'See that this server may reach the provider: docs/guides/egress.md.',
  ],
  [/denied|refused|no was said/i, () => 'Give the account that tries access to the application at the provider.'],
];

/** What to do about a fault; null when nothing better is known than the fault itself. */
export function remedyFor(fault: string, { connection, publicUrl }: Remedied): string | null {
  const base = `${publicUrl.replace(/\/$/, '')}/auth/c/${connection.id}`;
  const found = REMEDIES.find(([pattern]) => pattern.test(fault));
  return found === undefined ? null : found[1]({ base });
}
