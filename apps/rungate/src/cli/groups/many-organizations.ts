import type { Command } from 'commander';
import type { Environment } from '@rungate/config';
import { act } from '../act.js';
import type { ApplyOptions } from '../apply/apply.js';
import type { OrganizationFilter } from '../organizations/read.js';
import type { PruneOptions } from '../organizations/prune.js';
import { dryRunOption, example, jsonOption, wholeNumber } from './options.js';

interface Json {
  readonly json: boolean;
}

const FILE = '-f, --file <file>';

/** `rungate organizations …`, of many at a time. */
export function manyOrganizationsCommands(organizations: Command, env: Environment): void {
  applyCommand(organizations, env);
  const exporting = organizations
    .command('export')
    .description('write organizations with their run tasks as apply takes them; keys are never in it')
    .option('--query <text>', 'part of slug or display name')
    .option('--tag <tag>', 'only those with this tag')
    .action(async (filter: OrganizationFilter) => {
      const { exportOrganizations } = await import('../organizations/export.js');
      await act({ env, json: true }, (context) => exportOrganizations(context, filter));
    });
  example(exporting, 'rungate organizations export --tag crm > orgs.ndjson');
  const diff = organizations
    .command('diff')
    .description('show how the platform differs from a file; exit status 1 when it does')
    .requiredOption(FILE, 'organizations as lines of JSON')
    .option('--tag <tag>', 'look for organizations that the file does not name among those with this tag')
    .addOption(jsonOption())
    .action(async ({ file, tag, json }: Json & { readonly file: string; readonly tag?: string }) => {
      const { diffOrganizations } = await import('../organizations/diff.js');
      await act({ env, json }, (context) => diffOrganizations(context, file, tag));
    });
  example(diff, 'rungate organizations diff -f orgs.ndjson --tag crm');
  const prune = organizations
    .command('prune')
    .description('delete the organizations with a tag that a file no longer names; names them without --confirm')
    .requiredOption(FILE, 'organizations as lines of JSON')
    .requiredOption('--tag <tag>', 'only those with this tag are looked at')
    .option('--confirm', 'delete them', false)
    .addOption(jsonOption())
    .action(async ({ json, ...options }: PruneOptions & Json) => {
      const { pruneOrganizations } = await import('../organizations/prune.js');
      await act({ env, json }, (context) => pruneOrganizations(context, options));
    });
  example(prune, 'rungate organizations prune -f orgs.ndjson --tag crm --confirm');
}

function applyCommand(organizations: Command, env: Environment): void {
  const apply = organizations
    .command('apply')
    .description('bring the organizations of a file, with their run tasks, to the state that it says')
    .requiredOption(FILE, 'organizations as lines of JSON; - is standard input')
    .option('--keys-out <file>', 'keep the keys of new run tasks there; it must not exist yet')
    .option('--recipient <file>', 'seal those keys to this public key (JWK): the platform sends them as JWE')
    .option('--concurrency <number>', 'batches under way at once, 1 to 8', wholeNumber(1, 8), 2)
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action(async ({ json, ...options }: ApplyOptions & Json) => {
      const { applyOrganizations } = await import('../apply/apply.js');
      await act({ env, json }, (context) => applyOrganizations(context, options));
    });
  example(
    apply,
    `echo '{"slug":"acme","runTasks":[{"name":"guard","terraformOrigin":"https://app.terraform.io"}]}' > orgs.ndjson`,
    'rungate organizations apply -f orgs.ndjson --dry-run',
    'rungate organizations apply -f orgs.ndjson --keys-out keys.ndjson',
  );
}
