import { Option, type Command } from 'commander';
import { ORGANIZATION_ROLES, PLATFORM_ROLES } from '@rungate/access';
import type { Environment } from '@rungate/config';
import { act } from '../act.js';
import type { NewTokenOptions } from '../tokens/tokens.js';
import { example, jsonOption, wholeNumber } from './options.js';

interface Whose {
  readonly organization?: string;
  readonly json: boolean;
}

/** What the fields of a token are called on the command line. */
const OPTIONS = {
  '/path/org': '--organization',
  '/path/id': 'id',
  '/name': 'name',
  '/role': '--role',
  '/managedBy': '--managed-by',
  '/expiresInDays': '--expires-in-days',
};

/** `rungate tokens …`: of the platform, or of one organization. */
export function tokenCommands(tokens: Command, env: Environment): void {
  const create = tokens
    .command('create <name>')
    .description('make an API token; it is shown this once')
    .option('--organization <slug>', 'of this organization; of the platform when absent')
    .addOption(
      new Option('--role <role>', 'what it may do')
        .choices([...PLATFORM_ROLES, ...ORGANIZATION_ROLES])
        .makeOptionMandatory(),
    )
    .option('--managed-by <partner>', 'of an onboarder: it sees and changes only the organizations of this partner')
    .option('--expires-in-days <days>', 'how long it works, 1 to 365', wholeNumber(1, 365), 90)
    .addOption(jsonOption())
    .action(async (name: string, { json, ...options }: NewTokenOptions & Whose) => {
      const { createToken } = await import('../tokens/tokens.js');
      await act({ env, json, options: OPTIONS }, (context) => createToken(context, name, options));
    });
  example(create, 'rungate tokens create crm --role onboarder --managed-by crm');
  const list = tokens
    .command('list')
    .description('list the valid API tokens, newest first')
    .option('--organization <slug>', 'of this organization; of the platform when absent')
    .addOption(jsonOption())
    .action(async ({ organization, json }: Whose) => {
      const { listTokens } = await import('../tokens/tokens.js');
      await act({ env, json, options: OPTIONS }, (context) => listTokens(context, organization));
    });
  example(list, 'rungate tokens list --organization acme');
  const revoke = tokens
    .command('revoke <id>')
    .description('revoke an API token at once')
    .option('--organization <slug>', 'of this organization; of the platform when absent')
    .addOption(jsonOption())
    .action(async (id: string, { organization, json }: Whose) => {
      const { revokeToken } = await import('../tokens/tokens.js');
      await act({ env, json, options: OPTIONS }, (context) => revokeToken(context, id, organization));
    });
  example(revoke, 'rungate tokens revoke 01943c5a-7a10-7c3e-9d0b-2f6a1e5b8c01');
}
