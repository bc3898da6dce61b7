import { ORGANIZATION_ROLES, PLATFORM_ROLES, type OrganizationRole, type PlatformRole } from '@rungate/access';
import { routes, type PlatformTokenBody, type TokenBody } from '@rungate/contract';
import { show, showAll, type Context } from '../act.js';
import { CommandError } from '../errors.js';
import { fields, table } from '../table.js';

/** What a new token may do, and for whom. */
export interface NewTokenOptions {
  readonly organization?: string;
  readonly role: OrganizationRole | PlatformRole;
  readonly managedBy?: string;
  readonly expiresInDays: number;
}

/** `rungate tokens create`. */
export async function createToken(context: Context, name: string, options: NewTokenOptions): Promise<undefined> {
  const { organization: org, role, managedBy, expiresInDays } = options;
  const { client } = context;
  const asked = { name, expiresInDays };
  const { body } =
    org === undefined
      ? await client.call(routes.createPlatformToken, {
          params: {},
          body: { ...asked, role: oneOf(PLATFORM_ROLES, role), managedBy: managedBy ?? null },
        })
      : await client.call(routes.createToken, {
          params: { org },
          body: { ...asked, role: oneOf(ORGANIZATION_ROLES, role) },
        });
  show(context, body, ({ id, token, expiresAt }) =>
    fields([
      ['id', id],
      ['token', token],
      ['expires', expiresAt],
    ]),
  );
}

/** `rungate tokens list`. */
export async function listTokens(context: Context, org: string | undefined): Promise<undefined> {
  const { client } = context;
  const query = { limit: 200 };
  const all: AsyncIterable<TokenBody | PlatformTokenBody> =
    org === undefined
      ? client.list(routes.listPlatformTokens, { params: {}, query })
      : client.list(routes.listTokens, { params: { org }, query });
  await showAll(context, all, tokenTable);
}

/** `rungate tokens revoke`. */
export async function revokeToken(context: Context, id: string, org: string | undefined): Promise<undefined> {
  if (org === undefined) await context.client.call(routes.revokePlatformToken, { params: { id } });
  else await context.client.call(routes.revokeToken, { params: { org, id } });
  show(context, { id, revoked: true }, () => 'Revoked: it no longer works.\n');
}

function tokenTable(tokens: readonly (TokenBody | PlatformTokenBody)[]): string {
  const rows = tokens.map((token) => [
    token.id,
    token.name,
    token.role,
    token.expiresAt,
    token.lastUsedAt,
    token.lastUsedFrom,
  ]);
  return table(['ID', 'NAME', 'ROLE', 'EXPIRES', 'LAST USED', 'FROM'], rows);
}

function oneOf<const T extends string>(roles: readonly T[], role: string): T {
  const found = roles.find((each) => each === role);
  if (found !== undefined) return found;
  throw new CommandError('usage', `--role must be one of ${roles.join(', ')} here.`);
}
