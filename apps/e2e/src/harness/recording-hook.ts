import { z } from 'zod';
import { startLoopbackServer } from './loopback-server.js';
import type { Hook } from './simulator-process.js';

const granted = z.object({ access_token: z.string(), task_result_callback_url: z.string() });

/** A hook in front of the real one, which sees what a Terraform sends. */
export interface RecordingHook extends Hook {
  /** Every access token and callback URL that passed so far: what must appear nowhere else. */
  secrets(): readonly string[];
}

/** Passes every request on as it is, and the answer back. */
export async function recordHook({ hookUrl, hmacKey }: Hook): Promise<RecordingHook> {
  const server = await startLoopbackServer(async ({ body, headers }) => {
    const answer = await fetch(hookUrl, {
      method: 'POST',
      headers: { 'x-tfc-task-signature': String(headers['x-tfc-task-signature'] ?? '') },
      body: new Uint8Array(body),
    });
    return { status: answer.status, body: await answer.text() };
  });
  return {
    hookUrl: `${server.origin}/hook`,
    hmacKey,
    secrets: () =>
      server.requests.flatMap(({ body }) => {
        const { access_token: token, task_result_callback_url: url } = granted.parse(JSON.parse(body.toString('utf8')));
        return [token, url];
      }),
  };
}
