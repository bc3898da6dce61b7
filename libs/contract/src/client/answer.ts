import type { z } from 'zod';
import { problemShape, type Problem } from '../problem.js';
import { ManagementApiError } from './api-error.js';

/** Routes say what their answers look like, by status. */
export interface Answers<Answer> {
  readonly responses: Readonly<Record<number, { readonly shape: z.ZodType<Answer> }>>;
}

/** What a body says: JSON, or the text that it is; undefined when there is none. */
export async function contentOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return text;
  return parseJson(text);
}

/** An answer, read by the shape that its route has for it. @throws ManagementApiError `not_understood` */
export function readAnswer<Answer>({ responses }: Answers<Answer>, status: number, content: unknown): Answer {
  const shape = responses[status]?.shape;
  if (shape === undefined) throw notUnderstood(`it answered ${status}, which this version does not know`);
  const reading = shape.safeParse(content);
  if (reading.success) return reading.data;
  const [issue] = reading.error.issues;
  throw notUnderstood(
    `its answer is not as this version knows it (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`,
  );
}

/** What a refusal says; who is no management API says it in no known words. */
export function refusal(status: number, content: unknown, requestId: string | null): ManagementApiError {
  const reading = problemShape.safeParse(content);
  if (!reading.success) return notUnderstood(`it answered ${status} in words of its own`);
  return new ManagementApiError('refused', sentence(reading.data), reading.data, { requestId });
}

/** JSON, or nothing that can be read. @throws ManagementApiError `not_understood` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notUnderstood('its answer is not the JSON that it says it is');
  }
}

function notUnderstood(why: string): ManagementApiError {
  return new ManagementApiError('not_understood', `This is not the management API of this version: ${why}.`);
}

function sentence({ title, detail, errors = [] }: Problem): string {
  const faults = errors.map((error) => `${error.pointer}: ${error.detail}`);
  return [detail ?? `${title}.`, ...faults].join(' ');
}
