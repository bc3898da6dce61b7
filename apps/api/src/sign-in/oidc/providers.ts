import { isEntraForEverybody } from '@rungate/access';
import type { SignInConnection } from '@rungate/run-task';
import * as client from 'openid-client';
import { z } from 'zod';
import type { ConnectionAccess } from '../connection-access.js';
import { SignInError } from '../errors.js';
import { egressFetch } from './egress-fetch.js';

/** What a provider may sign with: no secret that we share with it, and nothing that is no signature. */
export const SIGNING_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
] as const;

/** A provider's document is read anew after this time, milliseconds: its keys and addresses change. */
const KEPT_MS = 10 * 60_000;
/** A provider that could not be asked is not asked by each who tries, milliseconds. */
const FAILED_KEPT_MS = 10_000;
/** Connections whose providers are remembered. */
const MOST_KEPT = 1_000;

/** openid-client read it by its own rules. */
const METADATA = z.custom<client.ServerMetadata>((value) => typeof value === 'object' && value !== null);

interface Kept {
  readonly configuration: Promise<client.Configuration>;
  readonly until: number;
}

/** Identity providers as their discovery documents describe them, remembered for some minutes. */
export class OidcProviders {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly access: ConnectionAccess) {}

  /** @throws SignInError `misconfigured`, or what openid-client and egress throw when the provider cannot be asked. */
  configurationOf(connection: SignInConnection): Promise<client.Configuration> {
    const name = `${connection.id} ${connection.revision}`;
    const kept = this.#kept.get(name);
    if (kept !== undefined && kept.until > performance.now()) return kept.configuration;
    const configuration = discover(connection, this.access);
    this.#forgetOldest();
    this.#kept.set(name, { configuration, until: performance.now() + KEPT_MS });
    configuration.catch(() => this.#kept.set(name, { configuration, until: performance.now() + FAILED_KEPT_MS }));
    return configuration;
  }

  #forgetOldest(): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out: for development alone.
const ALLOW_HTTP: (configuration: client.Configuration) => void = client.allowInsecureRequests;

async function discover(connection: SignInConnection, access: ConnectionAccess): Promise<client.Configuration> {
  const { issuer, clientId, clientSecret } = connection;
  if (issuer === null || clientId === null || !URL.canParse(issuer) || isEntraForEverybody(issuer)) {
    throw new SignInError('misconfigured', 'The connection has no issuer of one tenant, or no client id.');
  }
  const fetchOverEgress = egressFetch(connection, access);
  const execute = access.egress.development ? [ALLOW_HTTP] : [];
  const options = { [client.customFetch]: fetchOverEgress, execute };
  const found = await client.discovery(new URL(issuer), clientId, undefined, undefined, options);
  const metadata = found.serverMetadata();
  // To the letter: openid-client lets Entra and B2C name another.
  if (metadata.issuer !== issuer) {
    throw new SignInError('misconfigured', `The provider says that it is ${metadata.issuer}, not ${issuer}.`);
  }
  const listed: readonly string[] = metadata.id_token_signing_alg_values_supported ?? ['RS256'];
  const allowed = SIGNING_ALGORITHMS.filter((algorithm) => listed.includes(algorithm));
  const pinned = { ...withoutMethods(metadata), id_token_signing_alg_values_supported: [...allowed] };
  const authentication = clientSecret === null ? client.None() : client.ClientSecretBasic(clientSecret);
  const configuration = new client.Configuration(pinned, clientId, {}, authentication);
  configuration[client.customFetch] = fetchOverEgress;
  for (const allow of execute) allow(configuration);
  // Also where the token came straight from the provider: whoever can answer in its place has no key of it.
  client.enableNonRepudiationChecks(configuration);
  return configuration;
}

/** The document as it was read; openid-client adds a method to what it hands out. */
function withoutMethods(metadata: Readonly<client.ServerMetadata>): client.ServerMetadata {
  const document: unknown = JSON.parse(JSON.stringify(metadata));
  return METADATA.parse(document);
}
