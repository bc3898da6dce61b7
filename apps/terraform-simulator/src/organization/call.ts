import type { Answer } from '../answer.js';
import { errorAnswer } from '../json-api.js';
import type { SimulatorState } from '../state.js';
import type { Organization } from './organization.js';
import type { ApiToken, TokenPermission } from './token.js';

/** One request to the API of organizations, let in by its token. */
export interface Call {
  readonly state: SimulatorState;
  readonly token: ApiToken;
  readonly method: string;
  /** Below `/api/v2`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parsed JSON; `undefined` when the request had no body. */
  readonly body: unknown;
}

/** What the platform answers for what does not exist and for what the token may not see or do: it does not tell them apart. */
export const NOT_FOUND: Answer = errorAnswer(404, 'not found');

/** An answer without a body. */
export const NO_CONTENT: Answer = { status: 204, headers: {}, body: new Uint8Array() };

/** The organization that the token reaches into, when it may do what is asked there. */
export function reach({ state, token }: Call, name: string, permission: TokenPermission): Organization | null {
  const mine = token.organization === name && token.may(permission);
  return mine ? (state.organizations.find(name) ?? null) : null;
}
