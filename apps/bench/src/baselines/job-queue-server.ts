// A run task server as one would write it on a durable job queue of Postgres (graphile-worker): verify, add a job, answer
// 200; the job fetches the plan, counts its changes and calls back once. No retries, no organizations, no sandbox.
// Arguments: connection string, HMAC key. Prints the address that it listens on; GET answers how long jobs waited.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { run } from 'graphile-worker';
import { z } from 'zod';

const requestSchema = z.object({
  access_token: z.string(),
  plan_json_api_url: z.string(),
  task_result_callback_url: z.string(),
});
const jobSchema = z.object({ addedAt: z.number(), request: requestSchema });
const planSchema = z.object({ resource_changes: z.array(z.unknown()) });

async function main(): Promise<void> {
  const [connectionString, hmacKey = ''] = process.argv.slice(2);
  const waitsMs: number[] = [];
  const runner = await run({
    connectionString,
    concurrency: 4,
    pollInterval: 2_000,
    noHandleSignals: true,
    taskList: {
      async answer(payload) {
        const { addedAt, request } = jobSchema.parse(payload);
        waitsMs.push(performance.now() - addedAt);
        await answer(request);
      },
    },
  });
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.end(JSON.stringify(waitsMs));
      return;
    }
    accept(request, hmacKey, (job) => runner.addJob('answer', job)).then(
      (status) => response.writeHead(status, { 'content-length': 2 }).end('{}'),
      () => response.writeHead(503, { 'content-length': 0 }).end(),
    );
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    process.stdout.write(`ready at http://127.0.0.1:${port}\n`);
  });
}

async function accept(
  request: IncomingMessage,
  hmacKey: string,
  add: (job: z.infer<typeof jobSchema>) => Promise<unknown>,
): Promise<number> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const expected = createHmac('sha512', hmacKey).update(body).digest();
  const given = Buffer.from(String(request.headers['x-tfc-task-signature']), 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 401;
  const parsed = requestSchema.parse(JSON.parse(body.toString('utf8')));
  await add({ addedAt: performance.now(), request: parsed });
  return 200;
}

async function answer(request: z.infer<typeof requestSchema>): Promise<void> {
  const authorization = `Bearer ${request.access_token}`;
  const plan = planSchema.parse(await (await fetch(request.plan_json_api_url, { headers: { authorization } })).json());
  const message = `${plan.resource_changes.length} resources`;
  await fetch(request.task_result_callback_url, {
    method: 'PATCH',
    headers: { authorization, 'content-type': 'application/vnd.api+json' },
    body: JSON.stringify({ data: { type: 'task-results', attributes: { status: 'passed', message } } }),
  });
}

void main();
