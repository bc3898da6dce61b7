/** A provider's claim and the value that it must have. */
export interface StoredClaimMatch {
  readonly claim: string;
  readonly value: string;
}

/** How people of one plane sign in: a connection to an identity provider, as the sign-in needs it. */
export interface SignInConnection {
  readonly id: string;
  /** Null: of the platform. */
  readonly organization: { readonly id: string; readonly slug: string } | null;
  /** `link`: one-time links of `rungate admin`. */
  readonly type: 'oidc' | 'saml' | 'link';
  readonly name: string;
  readonly status: 'draft' | 'active' | 'disabled';
  readonly development: boolean;
  readonly issuer: string | null;
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  readonly scopes: readonly string[];
  /** Where SAML requests go. */
  readonly signInUrl: string | null;
  /** SAML: what the provider may sign with, PEM; two while one replaces the other. */
  readonly certificates: readonly string[];
  /** What the provider's host may lead to, of the platform's connections alone. */
  readonly privateRanges: readonly string[];
  readonly caBundle: string | null;
  readonly attributeMap: { readonly name?: string | undefined; readonly email?: string | undefined };
  readonly requiredClaims: readonly StoredClaimMatch[];
  readonly roleRules: readonly (StoredClaimMatch & { readonly role: string })[];
  readonly defaultRole: string | null;
  readonly jit: boolean;
  readonly idleMinutes: number | null;
  readonly absoluteMinutes: number | null;
  /** Whether another plane has an active connection to the same issuer. */
  readonly isIssuerShared: boolean;
  /** Changes with every change. */
  readonly revision: number;
}

/** A sign-in that was begun in one browser. */
export interface LoginAttempt {
  /** What the strategy remembers: nonce, state, PKCE verifier. */
  readonly state: Readonly<Record<string, unknown>>;
  /** Path of ours that the browser goes back to. */
  readonly returnPath: string;
  /** Who must come back; null: anybody. */
  readonly identityId: string | null;
}

/** A one-time link that was just used up. */
export interface UsedLink {
  readonly id: string;
  readonly purpose: 'first-owner' | 'break-glass';
  readonly role: string;
  readonly reason: string | null;
}

/** What a sign-in asks before anybody knows who asks. */
export interface SignInStore {
  findConnection(id: string): Promise<SignInConnection | null>;
  /** Active connections of the platform, and those of the development provider. */
  shownConnections(): Promise<readonly Pick<SignInConnection, 'id' | 'name' | 'development'>[]>;
  /** Active connections that are found by an e-mail domain; of one organization. */
  connectionsOfDomain(domain: string): Promise<readonly Pick<SignInConnection, 'id' | 'name'>[]>;
  /**
   * The one active connection of an organization, where whoever asks may know of it: he names a task result of the
   * organization, or the connection chose to be found. Null in every other case.
   */
  connectionOfOrganization(slug: string, taskResultId: string | null, development: boolean): Promise<string | null>;
  /** `hash` is that of the attempt's cookie. */
  beginLogin(hash: Uint8Array, connectionId: string, attempt: LoginAttempt): Promise<void>;
  /** Null when there is none, or it was taken, or took too long. */
  takeLogin(hash: Uint8Array, connectionId: string): Promise<LoginAttempt | null>;
  /** False when it was used before; remembered until `until`. */
  useAssertion(connectionId: string, assertionId: string, until: Date): Promise<boolean>;
  /** Whether a SAML request was sent and nobody answered it yet. */
  isRequestPending(connectionId: string, requestId: string): Promise<boolean>;
  /** Keeps what a provider answered for the browser that asked; false when it was answered before, or nobody waits. */
  answerRequest(connectionId: string, requestId: string, answer: Readonly<Record<string, unknown>>): Promise<boolean>;
  /** Null when there is none, or it was used, or took too long. */
  takeLink(hash: Uint8Array): Promise<UsedLink | null>;
}
