import type { Actor, Expected } from './actor.js';
import type { SignInConnection } from './sign-in-store.js';

/** The connection of the platform that the environment sets, if it does: nobody changes it otherwise. */
export const ENVIRONMENT_CONNECTION = '00000000-0000-7000-8000-0000000000e0';

/** What those who manage a connection set, but for its client secret. */
export interface ConnectionSettings extends Pick<
  SignInConnection,
  | 'name'
  | 'issuer'
  | 'clientId'
  | 'scopes'
  | 'signInUrl'
  | 'certificates'
  | 'privateRanges'
  | 'caBundle'
  | 'attributeMap'
  | 'requiredClaims'
  | 'roleRules'
  | 'defaultRole'
  | 'jit'
  | 'idleMinutes'
  | 'absoluteMinutes'
> {
  readonly type: 'oidc' | 'saml';
  /** Where a SAML provider publishes what it is, to be read again. */
  readonly metadataUrl: string | null;
  /** Whether people find it by their e-mail domain, or by the address of their organization. */
  readonly discoverable: boolean;
}

/** Settings as they are to be. */
export interface DesiredSettings {
  readonly settings: ConnectionSettings;
  /** Undefined: as it is. */
  readonly clientSecret: string | null | undefined;
}

/** One thing that a test of a connection looked at. */
export interface TestFinding {
  readonly level: 'ok' | 'warning' | 'failed';
  readonly says: string;
  /** What to do about it. */
  readonly remedy: string | null;
}

/** What came of a sign-in that was made to try a connection. */
export interface ConnectionTest {
  readonly at: Date;
  /** Who tried. */
  readonly by: string;
  readonly passed: boolean;
  readonly findings: readonly TestFinding[];
  /** Whom the provider vouched for; null when it did not come to that. */
  readonly person: { readonly subject: string; readonly name: string; readonly email: string | null } | null;
  /** The role that this person would have. */
  readonly role: string | null;
  /** Everything that arrived: claims of OIDC, attributes of SAML. */
  readonly claims: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly rules: readonly {
    readonly claim: string;
    readonly value: string;
    readonly role: string;
    readonly matched: boolean;
  }[];
}

/** A connection as those who manage it see it: without its secret. */
export interface ManagedConnection extends ConnectionSettings {
  readonly id: string;
  readonly status: SignInConnection['status'];
  readonly development: boolean;
  readonly hasClientSecret: boolean;
  /** The last one. */
  readonly test: ConnectionTest | null;
  /** When the present settings passed a test; null: they did not. */
  readonly testedAt: Date | null;
  readonly activatedAt: Date | null;
  /** Certificates of the provider's metadata that nothing vouches for, until somebody confirms them. */
  readonly offered: { readonly certificates: readonly string[]; readonly seenAt: Date } | null;
  readonly createdAt: Date;
  /** Raised by every change. */
  readonly revision: number;
}

/** A connection whose metadata is to be read again. */
export interface MetadataToRead {
  readonly organizationId: string | null;
  readonly connection: ManagedConnection;
}

/** Who changes a connection, and what he thinks that is stored. */
export interface ConnectionChange {
  readonly expected: Expected;
  readonly by: Actor;
}

/** Connections of the platform, or of one organization; null for an organization's id is the platform. */
export interface ManagedConnectionStore {
  /** Newest first. */
  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly ManagedConnection[]>;
  find(organizationId: string | null, id: string): Promise<ManagedConnection | null>;
  /** As a draft. `over_limit`: there are as many as there may be. */
  create(organizationId: string | null, desired: DesiredSettings, by: Actor): Promise<ManagedConnection | 'over_limit'>;
  /** What was tested before counts no longer when a setting differs. */
  change(
    organizationId: string | null,
    id: string,
    desired: DesiredSettings,
    change: ConnectionChange,
  ): Promise<ManagedConnection | 'not_found' | 'stale'>;
  /** `stale`: it was changed since that revision, or its present settings never passed a test. */
  activate(
    organizationId: string | null,
    id: string,
    revision: number,
    by: Actor,
  ): Promise<ManagedConnection | 'stale'>;
  /** Its people are signed out, and cannot sign in. */
  disable(organizationId: string | null, id: string, by: Actor): Promise<ManagedConnection | 'not_found'>;
  /** Some active connections of SAML whose metadata nobody read for a day; for the caller alone until then. */
  takeDueMetadata(atMost: number): Promise<readonly MetadataToRead[]>;
  /** Keeps certificates until somebody confirms them; null: nothing waits any more. Other certificates of a change end the wait, too. */
  offerCertificates(
    organizationId: string | null,
    id: string,
    offer: { readonly certificates: readonly string[] | null; readonly by: Actor },
  ): Promise<void>;
  /** Of the active connections of SAML, of the platform and of all organizations: what each provider may sign with, PEM. */
  certificatesInUse(): Promise<readonly (readonly string[])[]>;
  /** False when the connection was changed since that revision. */
  noteTest(
    organizationId: string | null,
    tested: { readonly id: string; readonly revision: number; readonly test: ConnectionTest },
  ): Promise<boolean>;
}
