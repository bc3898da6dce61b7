import type { FastifyReply } from 'fastify';
import type { Step } from './sign-ins.js';

/** 303: what the browser asks next is a GET, and nothing keeps the answer. */
export function go(reply: FastifyReply, step: Step): void {
  const location = 'location' in step ? step.location : `/login?problem=${step.problem}`;
  void reply.header('cache-control', 'no-store').redirect(location, 303);
}
