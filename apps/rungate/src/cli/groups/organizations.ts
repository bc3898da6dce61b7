import type { Command } from 'commander';
import type { Environment } from '@rungate/config';
import type { OrganizationOptions } from '../organizations/set.js';
import { act } from '../act.js';
import { dryRunOption, each, example, jsonOption, wholeNumber } from './options.js';

interface Json {
  readonly json: boolean;
}

/** What the fields of an organization are called on the command line. */
const OPTIONS = {
  '/path/org': 'organization',
  '/displayName': '--display-name',
  '/tags': '--tag',
  '/weight': '--weight',
  '/maxInFlight': '--max-in-flight',
  '/retentionDays': '--retention-days',
  '/inputRetentionDays': '--input-retention-days',
  '/query/q': '--query',
  '/query/tag': '--tag',
};

/** `rungate organizations …`, of one organization at a time. */
export function organizationCommands(organizations: Command, env: Environment): void {
  setCommand(organizations, env);
  readCommands(organizations, env);
  stateCommands(organizations, env);
}

function setCommand(organizations: Command, env: Environment): void {
  const set = organizations
    .command('set <organization>')
    .description('create an organization, or change what the options name')
    .option('--display-name <text>', 'how it is shown; the slug of a new one')
    .option('--tag <tag>', 'a tag; give it several times for several, they replace those that it has', each)
    .option('--no-tags', 'take all tags away')
    .option('--weight <number>', 'share of the platform, 1 to 100', wholeNumber(1, 100))
    .option(
      '--max-in-flight <number>',
      'task results evaluated at once; 0: no limit of its own',
      wholeNumber(0, 100_000),
    )
    .option('--retention-days <days>', 'how long task results are kept', wholeNumber(1, 3_650))
    .option('--input-retention-days <days>', 'how long masked plans are kept; 0 keeps none', wholeNumber(0, 3_650))
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action(async (slug: string, options: OrganizationOptions & Json) => {
      const { setOrganization } = await import('../organizations/set.js');
      await act({ env, json: options.json, options: OPTIONS }, (context) => setOrganization(context, slug, options));
    });
  example(set, 'rungate organizations set acme --display-name "Acme Ltd" --tag emea --weight 10');
}

function readCommands(organizations: Command, env: Environment): void {
  const list = organizations
    .command('list')
    .description('list organizations in order of slug')
    .option('--query <text>', 'part of slug or display name')
    .option('--tag <tag>', 'only those with this tag')
    .addOption(jsonOption())
    .action(async ({ json, ...filter }: Json & { readonly query?: string; readonly tag?: string }) => {
      const { listOrganizations } = await import('../organizations/read.js');
      await act({ env, json, options: OPTIONS }, (context) => listOrganizations(context, filter));
    });
  example(list, 'rungate organizations list --tag emea --json | jq -r .slug');
  const show = organizations
    .command('show <organization>')
    .description('show an organization')
    .addOption(jsonOption())
    .action(async (slug: string, { json }: Json) => {
      const { showOrganization } = await import('../organizations/read.js');
      await act({ env, json, options: OPTIONS }, (context) => showOrganization(context, slug));
    });
  example(show, 'rungate organizations show acme');
}

function stateCommands(organizations: Command, env: Environment): void {
  const suspend = organizations
    .command('suspend <organization>')
    .description('refuse every request to its hooks until it is resumed')
    .addOption(jsonOption())
    .action(async (slug: string, { json }: Json) => {
      const { suspendOrganization } = await import('../organizations/state.js');
      await act({ env, json, options: OPTIONS }, (context) => suspendOrganization(context, slug));
    });
  example(suspend, 'rungate organizations suspend acme');
  const resume = organizations
    .command('resume <organization>')
    .description('answer its hooks again')
    .addOption(jsonOption())
    .action(async (slug: string, { json }: Json) => {
      const { resumeOrganization } = await import('../organizations/state.js');
      await act({ env, json, options: OPTIONS }, (context) => resumeOrganization(context, slug));
    });
  example(resume, 'rungate organizations resume acme');
  const pause = organizations
    .command('pause-intake <organization>')
    .description('accept what it sends, and start no check of it until intake is resumed; deadlines hold')
    .requiredOption('--reason <text>', 'why; the organization reads it')
    .addOption(jsonOption())
    .action(async (slug: string, { json, reason }: Json & { readonly reason: string }) => {
      const { pauseIntake } = await import('../organizations/state.js');
      await act({ env, json, options: OPTIONS }, (context) => pauseIntake(context, slug, reason));
    });
  example(pause, 'rungate organizations pause-intake acme --reason "Its plans crash the scanner"');
  const resumeIntake = organizations
    .command('resume-intake <organization>')
    .description('take up what was held')
    .addOption(jsonOption())
    .action(async (slug: string, { json }: Json) => {
      const state = await import('../organizations/state.js');
      await act({ env, json, options: OPTIONS }, (context) => state.resumeIntake(context, slug));
    });
  example(resumeIntake, 'rungate organizations resume-intake acme');
  const remove = organizations
    .command('delete <organization>')
    .description('suspend an organization now, and purge it with all that it has after the grace time')
    .requiredOption('--confirm <organization>', 'its slug again')
    .addOption(jsonOption())
    .action(async (slug: string, { json, confirm }: Json & { readonly confirm: string }) => {
      const { deleteOrganization } = await import('../organizations/state.js');
      await act({ env, json, options: OPTIONS }, (context) => deleteOrganization(context, slug, confirm));
    });
  example(remove, 'rungate organizations delete acme --confirm acme');
}
