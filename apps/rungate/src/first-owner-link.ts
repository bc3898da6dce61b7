import { createHash, randomBytes } from 'node:crypto';
import type { ConnectionStore, NewLink } from '@rungate/run-task';

/** Bytes of chance in a link. */
const SECRET_BYTES = 32;
const MINUTES = 30;

/** What the first owner signs in with. */
const FIRST_OWNER = { purpose: 'first-owner', role: 'owner', reason: null, seconds: MINUTES * 60 } as const;

/** Where links are made, and where they lead. */
export interface LinkPlace {
  readonly connections: Pick<ConnectionStore, 'hasOwner' | 'makeLink'>;
  readonly publicUrl: string;
}

/** The way in of an installation's first owner, for 30 minutes and once; null when an owner signed in through a provider. */
export async function firstOwnerLink(place: LinkPlace, by: string): Promise<string | null> {
  return (await place.connections.hasOwner()) ? null : makeLink(place, FIRST_OWNER, by);
}

/** An address that works once. `by`: who makes it, as the audit trail says. */
export async function makeLink(
  { connections, publicUrl }: LinkPlace,
  link: Omit<NewLink, 'hash' | 'by'>,
  by: string,
): Promise<string> {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const actor = { kind: 'system', id: null, name: by, role: 'system', address: null } as const;
  await connections.makeLink({ ...link, hash: createHash('sha256').update(secret).digest(), by: actor });
  // After the #, where it reaches no server, no log and no Referer until somebody clicks.
  return `${publicUrl}/setup#${secret}`;
}
