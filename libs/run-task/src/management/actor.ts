/** Who asks for a change, as the audit trail remembers it. */
export interface Actor {
  readonly kind: 'bootstrap' | 'token' | 'person' | 'system';
  /** Of the token, or of the person's identity; null when there is none. */
  readonly id: string | null;
  readonly name: string;
  readonly role: string;
  /** Where the request came from; null when it came from no network. */
  readonly address: string | null;
}

/** Whose rows a person or program sees: decides which login of the database reads them. */
export type Scope =
  | { readonly kind: 'platform' }
  /** Only the organizations that this partner made. */
  | { readonly kind: 'partner'; readonly managedBy: string }
  | { readonly kind: 'organization'; readonly organizationId: string };

/** `changed` names the fields that a PUT changed (or would change, on a dry run): empty when nothing did. */
export interface PutAnswer<T> {
  readonly kind: 'created' | 'unchanged' | 'changed';
  readonly changed: readonly string[];
  readonly stored: T;
}

/** The revision that a PUT expects: null expects that there is none yet, absent expects nothing. */
export interface Expected {
  readonly revision?: number | null | undefined;
}

/** What a PUT is about to do, or would do. */
export interface Change<Settings> {
  /** Null: it is about to be created. */
  readonly before: Settings | null;
  readonly after: Settings;
  /** Fields that differ; `hmacKey` among them for a new key. */
  readonly changed: readonly string[];
}
