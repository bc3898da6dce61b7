import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { PlanError, indexPlan, readMember, type PlanMember } from '@rungate/checks';
import { REHEARSAL_BYTES, readShape, rehearsalFacts, type RehearsalFacts } from '@rungate/contract';
import type { FetchedPlan } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { ApiError, invalid } from '../errors.js';
import type { ApiOptions } from '../options.js';
import { SAMPLES } from './samples.js';

/** What is to be judged; the plan lies on disk and is the caller's to dispose of. */
export interface RehearsalInput {
  readonly facts: RehearsalFacts;
  readonly plan: FetchedPlan | null;
}

type Keep = (source: AsyncIterable<Uint8Array>) => Promise<FetchedPlan>;

/**
 * Reads the body of a test once its sender is known. The plan is hostile and may be large: it goes from the socket to the
 * disk and is never parsed here. @throws ApiError
 */
export async function readRehearsal(
  { body, headers }: FastifyRequest,
  organizationId: string,
  { keepPlan }: Pick<ApiOptions, 'keepPlan'>,
): Promise<RehearsalInput> {
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new ApiError('unsupported_media_type', 'The body must be sent as application/json.');
  }
  if (!(body instanceof Readable)) throw new ApiError('not_json', 'The request has no body.');
  const keep: Keep = async (source) => {
    const kept = await keepPlan(organizationId, source);
    if (kept !== null) return kept;
    throw new ApiError('too_many', 'Plans take all the room they may at the moment.', [], { retryAfter: 10 });
  };
  const whole = await keep(limited(body));
  try {
    const members = membersIn(whole.path);
    const facts = factsIn(whole.path, members);
    return { facts, plan: await planOf(facts, { path: whole.path, member: members.get('plan'), keep }) };
  } finally {
    await whole.dispose();
  }
}

async function* limited(body: Readable): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) throw new ApiError('not_json', 'The body is no bytes.');
    bytes += chunk.length;
    if (bytes > REHEARSAL_BYTES) throw new ApiError('too_large', 'The plan is larger than 64 MB.');
    yield chunk;
  }
}

function membersIn(path: string): ReadonlyMap<string, PlanMember> {
  try {
    return indexPlan(path, () => false);
  } catch (cause) {
    if (!(cause instanceof PlanError)) throw cause;
    throw new ApiError('not_json', `The body is not a JSON object that can be read (${cause.code}).`, [], { cause });
  }
}

/** Longest of what is said with the plan, bytes each. */
const FACT_BYTES = 8_192;

function factsIn(path: string, members: ReadonlyMap<string, PlanMember>): RehearsalFacts {
  const said = [...members].filter(([name]) => name !== 'plan');
  const written = Object.fromEntries(said.map(([name, member]) => [name, factAt(path, member)]));
  const reading = readShape(rehearsalFacts, written);
  if (reading.ok) return reading.value;
  throw invalid(reading.violations);
}

function factAt(path: string, member: PlanMember): unknown {
  if (member.kind === 'value' && member.span.to - member.span.from > FACT_BYTES) return {};
  try {
    return readMember(path, member);
  } catch (cause) {
    if (!(cause instanceof PlanError)) throw cause;
    throw new ApiError('not_json', `The body is not JSON in UTF-8 (${cause.code}).`, [], { cause });
  }
}

async function planOf(
  { sample, stage }: RehearsalFacts,
  { path, member, keep }: { readonly path: string; readonly member: PlanMember | undefined; readonly keep: Keep },
): Promise<FetchedPlan | null> {
  if (member?.kind === 'value') {
    if (sample !== undefined) throw invalid([{ pointer: '/sample', detail: 'Goes with no plan: use one of them.' }]);
    return keep(createReadStream(path, { start: member.span.from, end: member.span.to - 1 }));
  }
  if (sample !== undefined) return keep(Readable.from([Buffer.from(JSON.stringify(SAMPLES[sample]))]));
  if (stage === 'pre_plan') return null;
  throw invalid([{ pointer: '/plan', detail: 'Is missing: give a plan, or name a sample.' }]);
}
