import type { FastifyReply } from 'fastify';
import { REPLACING_HEADERS } from './replacing-page.js';
import type { Step } from './step.js';

/** 303: what the browser asks next is a GET, and nothing keeps the answer. */
export function go(reply: FastifyReply, step: Step): void {
  if ('page' in step) {
    void reply.headers(REPLACING_HEADERS).header('cache-control', 'no-store').send(step.page);
    return;
  }
  const location = 'location' in step ? step.location : `/login?problem=${step.problem}`;
  void reply.header('cache-control', 'no-store').redirect(location, 303);
}
