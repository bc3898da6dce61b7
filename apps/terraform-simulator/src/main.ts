import { parseArgs } from 'node:util';
import { createTerraformSimulator } from './simulator.js';

const HELP = `node dist/apps/terraform-simulator/src/main.js [--listen HOST:PORT] [--public-origin ORIGIN]

Stands in for HCP Terraform: sends signed run tasks, serves plans, judges callbacks.

  --listen HOST:PORT       a loopback address; 127.0.0.1:0 takes any free port
  --public-origin ORIGIN   what the URLs of its requests begin with, when it stands behind a proxy
  --help

Steered over HTTP, for example:
  curl -H 'content-type: application/json' http://127.0.0.1:4000/_simulator/runs \\
    -d '{"hookUrl":"http://127.0.0.1:3000/hooks/HOOK","hmacKey":"KEY","plan":"replace"}'
  curl 'http://127.0.0.1:4000/_simulator/runs/TASK_RESULT_ID?wait=30'
  curl http://127.0.0.1:4000/_simulator/violations

An organization whose run tasks are managed over the API, as HCP Terraform's are:
  curl -H 'content-type: application/json' http://127.0.0.1:4000/_simulator/organizations \\
    -d '{"name":"acme","workspaces":["web"]}'
  curl -H 'content-type: application/json' http://127.0.0.1:4000/_simulator/tokens -d '{"organization":"acme"}'
`;

/** The command: serves until SIGTERM or SIGINT, then ends 0; ends 2 when it cannot start. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      listen: { type: 'string', default: '127.0.0.1:0' },
      'public-origin': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const simulator = await createTerraformSimulator({
    ...parseListen(values.listen),
    publicOrigin: values['public-origin'],
  });
  process.stdout.write(`Terraform simulator is ready at ${simulator.origin}\n`);
  const stop = (): void => {
    void simulator.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function parseListen(listen: string): { host: string; port: number } {
  const [, host = '', port = ''] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(listen) ?? [];
  if (host === '') throw new Error(`--listen takes HOST:PORT, not ${listen}.`);
  return { host, port: Number(port) };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
