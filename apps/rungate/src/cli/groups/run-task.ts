import { Option, type Command } from 'commander';
import type { Environment } from '@rungate/config';
import { STAGES } from '@rungate/run-task';
import { act } from '../act.js';
import type { ConnectOptions } from '../run-task/connect.js';
import type { RotateOptions } from '../run-task/rotate.js';
import type { TestOptions } from '../run-task/test.js';
import type { SetupOptions } from '../run-task/setup.js';
import { duration, dryRunOption, each, example, jsonOption } from './options.js';

interface PinOptions {
  readonly terraformOrganization?: string;
}

interface Json {
  readonly json: boolean;
}

const NAMED = '<organization> [run-task]';

/** `rungate run-task …`: what is done with one run task; its name may be left out when there is one. */
export function oneRunTaskCommands(runTask: Command, env: Environment): void {
  verifyCommand(runTask, env);
  setupCommand(runTask, env);
  rotateCommand(runTask, env);
  testCommand(runTask, env);
  connectCommand(runTask, env);
  pinCommand(runTask, env);
}

function verifyCommand(runTask: Command, env: Environment): void {
  const verify = runTask
    .command(`verify ${NAMED}`)
    .description('tell whether its Terraform has called it with a good signature; exit status 0, 3 or 4')
    .option('--wait <time>', 'wait so long for it, such as 30s or 5m', duration, 0)
    .addOption(jsonOption())
    .addHelpText('after', '\nExit status: 0 verified, 3 nothing arrived, 4 what arrived was signed wrongly.')
    .action(async (org: string, name: string | undefined, { wait, json }: Json & { readonly wait: number }) => {
      const { verifyRunTask } = await import('../run-task/verify.js');
      await act({ env, json }, (context) => verifyRunTask(context, { org, name }, wait));
    });
  example(verify, 'rungate run-task verify acme --wait 5m');
}

function testCommand(runTask: Command, env: Environment): void {
  const test = runTask
    .command(`test ${NAMED}`)
    .description('show what would be called back for a plan; nothing is sent. Exit status 0 passed, 1 failed')
    .option('--plan <file>', 'output of terraform show -json; - is standard input')
    .addOption(new Option('--sample <name>', 'a small plan of ours').choices(['safe', 'destroys-database']))
    .addOption(new Option('--stage <stage>', 'stage of the run').choices(STAGES))
    .addOption(new Option('--enforcement <level>', 'of the run task in Terraform').choices(['advisory', 'mandatory']))
    .option('--workspace <name>', 'name of the workspace, for checks that look at it')
    .option('--project <name>', 'name of the project')
    .option('--branch <name>', 'branch that the run is of')
    .option('--speculative', 'the run cannot be applied, as that of a pull request', false)
    .addOption(jsonOption())
    .action(async (org: string, name: string | undefined, { json, ...options }: TestOptions & Json) => {
      const { testRunTask } = await import('../run-task/test.js');
      await act({ env, json, options: { '/plan': '--plan' } }, (context) =>
        testRunTask(context, { org, name }, options),
      );
    });
  example(test, 'rungate run-task test acme guard --sample destroys-database');
}

function rotateCommand(runTask: Command, env: Environment): void {
  const rotate = runTask
    .command(`rotate ${NAMED}`)
    .description('make a new HMAC key, which counts at once; those before it stay valid for the overlap')
    .option('--overlap <time>', 'how long, such as 72h; 0s revokes them at once', duration, duration('72h'))
    .option('--hmac-key-file <file>', 'a key to use in place of a generated one; - is standard input')
    .option('--recipient <file>', 'seal the new key to this public key (JWK)')
    .addOption(jsonOption())
    .action(async (org: string, name: string | undefined, options: RotateOptions & Json) => {
      const { rotateKey } = await import('../run-task/rotate.js');
      const fields = { '/hmacKey': '--hmac-key-file', '/overlapHours': '--overlap', '/deliver': '--recipient' };
      await act({ env, json: options.json, options: fields }, (context) => rotateKey(context, { org, name }, options));
    });
  example(rotate, 'rungate run-task rotate acme guard --overlap 72h');
}

function setupCommand(runTask: Command, env: Environment): void {
  const setup = runTask
    .command(`setup ${NAMED}`)
    .description('print what its owner pastes to set it up in Terraform; the key is never in it')
    .addOption(
      new Option('--format <format>', 'what it is printed as')
        .choices(['terraform', 'markdown', 'curl'])
        .default('terraform'),
    )
    .option('--terraform-organization <name>', 'organization in HCP Terraform or TFE; as here when absent')
    .option('--workspace <name>', 'only for this workspace; several times for several', each)
    .option('--tag <tag>', 'only for workspaces with this tag', each)
    .addOption(
      new Option('--stage <stage>', 'when it is called; several times for several').choices(STAGES).argParser(each),
    )
    .addOption(new Option('--enforcement <level>', 'what failing means').choices(['advisory', 'mandatory']))
    .action(async (org: string, name: string | undefined, options: SetupOptions) => {
      const { printSetup } = await import('../run-task/setup.js');
      await act({ env, json: false }, (context) => printSetup(context, { org, name }, options));
    });
  example(setup, 'rungate run-task setup acme guard --format terraform --workspace prod > rungate.tf');
}

function pinCommand(runTask: Command, env: Environment): void {
  const pin = runTask
    .command(`pin ${NAMED}`)
    .description('say of which Terraform organization the runs are that it judges; the first run says so otherwise')
    .option('--terraform-organization <name>', 'organization in HCP Terraform or TFE; that of the next run when absent')
    .addOption(jsonOption())
    .action(async (org: string, name: string | undefined, options: PinOptions & Json) => {
      const { pinRunTask } = await import('../run-task/pin.js');
      const fields = { '/terraformOrganization': '--terraform-organization' };
      await act({ env, json: options.json, options: fields }, (context) =>
        pinRunTask(context, { org, name }, options.terraformOrganization ?? null),
      );
    });
  example(pin, 'rungate run-task pin acme guard --terraform-organization acme-corp');
}

function connectCommand(runTask: Command, env: Environment): void {
  const connect = runTask
    .command(`connect ${NAMED}`)
    .description(
      'make the run task in its Terraform, with a token that is used once; asks for it, or takes it from a pipe',
    )
    .requiredOption('--terraform-organization <name>', 'organization in HCP Terraform or TFE')
    .option('--workspace <name>', 'only for this workspace; several times for several; all of them when absent', each)
    .addOption(
      new Option('--stage <stage>', 'when it is called; several times for several').choices(STAGES).argParser(each),
    )
    .addOption(new Option('--enforcement <level>', 'what failing means').choices(['advisory', 'mandatory']))
    .option('--adopt', 'take over a run task of the same name that calls another address', false)
    .option('--resend-key', 'send the key also when a request signed with it has arrived', false)
    .addOption(dryRunOption())
    .addOption(jsonOption())
    .action(async (org: string, name: string | undefined, options: ConnectOptions & Json) => {
      const { connectRunTask } = await import('../run-task/connect.js');
      const fields = {
        '/terraformOrganization': '--terraform-organization',
        '/scope': '--workspace',
        '/token': 'token',
      };
      await act({ env, json: options.json, options: fields }, (context) =>
        connectRunTask(context, { org, name }, options),
      );
    });
  example(connect, 'rungate run-task connect acme guard --terraform-organization acme --dry-run < terraform-token.txt');
}
