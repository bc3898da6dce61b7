import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { sendAnswer, type Answer } from './answer.js';
import { compareToken } from './authorization.js';
import { readBody } from './body.js';
import { judgeCallback, type CallbackJudgement } from './callback-judgement.js';
import type { Exchange } from './exchange.js';
import { replacesHandling } from './fault.js';
import { errorAnswer, jsonAnswer } from './json-api.js';
import type { Run } from './run.js';
import type { SimulatorState } from './state.js';

/** More than 250 outcomes of the largest size; the platform's own limit is not published. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/** `PATCH /api/v2/task-results/:id/callback`: judges, applies, records and answers one callback. */
export async function handleCallback(state: SimulatorState, run: Run, { request, response }: Exchange): Promise<void> {
  const at = new Date(state.clock.now()).toISOString();
  const early = run.faults.next('callback');
  const rawBody = await readBody(request, BODY_LIMIT_BYTES);
  const token = compareToken(request, run, state);
  const judgement = judgeCallback({
    method: request.method ?? '',
    token,
    contentType: request.headers['content-type'],
    rawBody,
    takesOutcomes: run.takesOutcomes,
  });
  note(state, run, judgement);
  const status = statusIn(judgement.body);
  const fault = status === 'running' ? early : { ...early, ...run.faults.next('verdict') };
  const effect = replacesHandling(fault) ? faulted(fault.status) : decide(run, judgement);
  const record = {
    at,
    status,
    body: judgement.body,
    headers: redactedHeaders(request),
    token,
    problems: judgement.valid ? [] : judgement.problems,
    applied: effect.applied,
    answered: null,
  };
  const kept = run.record(record);
  kept.answered = await sendAnswer(response, { answer: effect.answer, fault, stopped: state.stopped });
  run.answerLeft();
}

/** What the receiver promised and broke counts whether or not a fault kept the platform from seeing it. */
function note(state: SimulatorState, run: Run, judgement: CallbackJudgement): void {
  if (judgement.valid) run.observe(judgement.document);
  else if (judgement.violation !== null) {
    state.violations.add(judgement.violation.code, run.taskResultId, judgement.violation.detail);
  }
}

interface Effect {
  readonly answer: Answer;
  readonly applied: boolean;
}

function faulted(status = 500): Effect {
  return { answer: errorAnswer(status, 'fault'), applied: false };
}

function decide(run: Run, judgement: CallbackJudgement): Effect {
  if (!judgement.valid) return { answer: judgement.answer, applied: false };
  if (run.take(judgement.document) === 'terminal') {
    const title = 'the task result is in a terminal state and cannot be updated';
    return { answer: errorAnswer(409, title), applied: false };
  }
  const { status, message, url } = judgement.document.data.attributes;
  const attributes = { status, message: message ?? null, url: url ?? null };
  const data = { id: run.taskResultId, type: 'task-results', attributes };
  return { answer: jsonAnswer(200, { data }), applied: true };
}

function statusIn(body: unknown): string | null {
  const shape = z.object({ data: z.object({ attributes: z.object({ status: z.string() }) }) });
  const parsed = shape.safeParse(body);
  return parsed.success ? parsed.data.data.attributes.status : null;
}

function redactedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value = ''] of Object.entries(headers)) shown[name] = String(value);
  if (headers.authorization !== undefined) shown.authorization = '[redacted]';
  return shown;
}
