import { createHash } from 'node:crypto';
import type { LoginAttempt, SignInConnection, SignInStore, UsedLink } from '@rungate/run-task';
import { z } from 'zod';
import { PostgresError } from '../errors.js';
import type { PrismaClient } from '../generated/client.js';
import { jsonText } from '../json-text.js';
import type { Keyring } from '../keyring.js';
import type { LoginPool } from '../login-pool.js';
import { isUuid } from '../organization-gate.js';
import { oneOf } from '../stored.js';
import { connectionOf, type ConnectionRow } from './connection-row.js';

/** What the store of sign-ins is made of. */
export interface SignInStorePorts {
  /** `rungate_organization`: asks functions that take an id or a hash, before anybody knows who asks. */
  readonly pool: LoginPool;
  /** `rungate_platform`, for what is shown to everybody. */
  readonly platform: PrismaClient;
  readonly keyring: Keyring;
}

/** The person is back from his provider within this time, or begins anew. */
const ATTEMPT_SECONDS = 600;

/** Sign-ins under way: only hashes of what browsers hold are here. */
export class PostgresSignInStore implements SignInStore {
  constructor(private readonly ports: SignInStorePorts) {}

  async findConnection(id: string): Promise<SignInConnection | null> {
    if (!isUuid(id)) return null;
    const rows = await this.#ask<ConnectionRow>('SELECT * FROM find_sign_in_connection($1)', [id]);
    return rows[0] === undefined ? null : connectionOf(this.ports.keyring, rows[0]);
  }

  shownConnections(): Promise<readonly Pick<SignInConnection, 'id' | 'name' | 'development'>[]> {
    return this.ports.platform.ssoConnection.findMany({
      where: { status: 'active', type: { not: 'link' }, OR: [{ organizationId: null }, { development: true }] },
      select: { id: true, name: true, development: true },
      orderBy: { id: 'asc' },
      take: 20,
    });
  }

  connectionsOfDomain(domain: string): Promise<readonly Pick<SignInConnection, 'id' | 'name'>[]> {
    return this.#ask('SELECT id, name FROM find_connections_of_domain($1)', [domain]);
  }

  async connectionOfOrganization(
    slug: string,
    taskResultId: string | null,
    development: boolean,
  ): Promise<string | null> {
    const known = taskResultId !== null && isUuid(taskResultId) ? taskResultId : null;
    const rows = await this.#ask<{ id: string | null }>('SELECT find_connection_of_organization($1, $2, $3) AS id', [
      slug,
      known,
      development,
    ]);
    return rows[0]?.id ?? null;
  }

  async beginLogin(hash: Uint8Array, connectionId: string, attempt: LoginAttempt): Promise<void> {
    const { state, returnPath, identityId } = attempt;
    await this.#ask('SELECT begin_login($1, $2, $3, $4, $5, $6)', [
      Buffer.from(hash),
      connectionId,
      jsonText(state),
      returnPath,
      identityId,
      ATTEMPT_SECONDS,
    ]);
  }

  async takeLogin(hash: Uint8Array, connectionId: string): Promise<LoginAttempt | null> {
    if (!isUuid(connectionId)) return null;
    const [row] = await this.#ask<AttemptRow>('SELECT * FROM take_login($1, $2)', [Buffer.from(hash), connectionId]);
    if (row === undefined) return null;
    const state = STATE.safeParse(row.state);
    if (!state.success) throw new PostgresError('bad_row', 'A sign-in under way has an unknown form.');
    return { state: state.data, returnPath: row.return_path, identityId: row.identity_id };
  }

  async useAssertion(connectionId: string, assertionId: string, until: Date): Promise<boolean> {
    const hash = createHash('sha256').update(assertionId).digest();
    const rows = await this.#ask<{ fresh: boolean }>('SELECT use_assertion($1, $2, $3) AS fresh', [
      connectionId,
      hash,
      until,
    ]);
    return rows[0]?.fresh ?? false;
  }

  async isRequestPending(connectionId: string, requestId: string): Promise<boolean> {
    const [row] = await this.#ask<{ pending: boolean }>('SELECT is_saml_request_pending($1, $2) AS pending', [
      connectionId,
      requestId,
    ]);
    return row?.pending ?? false;
  }

  async answerRequest(
    connectionId: string,
    requestId: string,
    answer: Readonly<Record<string, unknown>>,
  ): Promise<boolean> {
    const [row] = await this.#ask<{ answered: boolean }>('SELECT answer_saml_request($1, $2, $3) AS answered', [
      connectionId,
      requestId,
      jsonText(answer),
    ]);
    return row?.answered ?? false;
  }

  async takeLink(hash: Uint8Array): Promise<UsedLink | null> {
    const [row] = await this.#ask<LinkRow>('SELECT * FROM take_link($1)', [Buffer.from(hash)]);
    return row === undefined ? null : { ...row, purpose: oneOf(['first-owner', 'break-glass'], row.purpose) };
  }

  async #ask<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const { rows } = await this.ports.pool.query<Row>(text, [...values]);
    return rows;
  }
}

const STATE = z.record(z.string(), z.unknown());

interface AttemptRow {
  readonly state: unknown;
  readonly return_path: string;
  readonly identity_id: string | null;
}

interface LinkRow {
  readonly id: string;
  readonly purpose: string;
  readonly role: string;
  readonly reason: string | null;
}
