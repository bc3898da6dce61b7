import type { Page, PlatformSsoConnectionBody, SsoConnectionBody } from '@rungate/contract';

/** A claim that must have a value, and in a rule what it makes of a person. */
export interface Rule {
  readonly claim: string;
  readonly value: string;
  readonly role: string;
}

type Shared = Omit<PlatformSsoConnectionBody, 'roleRules' | 'privateRanges' | 'caBundle'>;

/** A connection of an organization, or of the platform. */
export interface Connection extends Shared {
  readonly roleRules: readonly Rule[];
  readonly defaultRole?: string | null;
  readonly discoverable?: boolean;
  readonly privateRanges?: readonly string[];
  readonly caBundle?: string | null;
}
/** What came of a test. */
export type ConnectionTest = NonNullable<SsoConnectionBody['test']>;

/** Where a provider's metadata is, or it itself. */
export type Metadata = { readonly url: string } | { readonly xml: string };

/** Whose connections these are, and what can be done with them. */
export interface ConnectionPlane {
  /** Null: of the platform. */
  readonly organization: string | null;
  readonly key: readonly unknown[];
  readonly roles: readonly string[];
  readonly isEditable: boolean;
  readonly listPath: string;
  readonly pathOf: (id: string) => string;
  readonly list: (cursor: string | undefined) => Promise<Page<Connection>>;
  readonly get: (id: string) => Promise<Connection>;
  /** @throws Error that names the field, for what cannot be stored. */
  readonly create: (settings: unknown) => Promise<Connection>;
  /** @throws Error that names the field, for what cannot be stored. */
  readonly change: (id: string, settings: unknown) => Promise<Connection>;
  readonly readMetadata: (id: string, metadata: Metadata) => Promise<Connection>;
  /** Where the browser goes for it. */
  readonly test: (id: string) => Promise<string>;
  /** As it was looked at: somebody may have changed it since. */
  readonly activate: (connection: Pick<Connection, 'id' | 'revision'>) => Promise<unknown>;
  readonly disable: (id: string) => Promise<unknown>;
}
