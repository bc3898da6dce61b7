import { z } from 'zod';
import type { Problem } from './json-api.js';

/**
 * The body of a callback, as strict as any published source wants it (HashiCorp, "Run tasks integration API" and the
 * published JSON Schemas with their mistakes mended). Lengths count UTF-16 units, which is never more generous than
 * counting characters. Members that no source names are refused.
 */
const MESSAGE_LIMIT = 1_000;
const URL_LIMIT = 500;
const OUTCOME_LIMIT = 250;
const OUTCOME_ID_LIMIT = 64;
const DESCRIPTION_LIMIT = 1_000;
/** The schema's; the prose says 5 MB. */
const BODY_LIMIT = 10_000;
const TAG_LIMIT = 10;
const LABELS_PER_TAG = 32;
const LABEL_LIMIT = 32;

const text = (limit: number) =>
  z
    .string()
    .min(1)
    .max(limit)
    .refine((value) => value.isWellFormed() && !value.includes('\u0000'), 'must not hold NUL or half a surrogate pair');

const url = text(URL_LIMIT).refine(
  (value) => /^https?:\/\/[\u0021-\u007E]+$/.test(value) && URL.canParse(value),
  'must be an absolute http or https URL',
);

const label = z.strictObject({
  label: text(LABEL_LIMIT),
  level: z.enum(['none', 'info', 'warning', 'error']).optional(),
});

const tags = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of letters, digits and _'),
    z.array(label).min(1).max(LABELS_PER_TAG),
  )
  .refine((groups) => Object.keys(groups).length >= 1, 'must not be empty')
  .refine((groups) => Object.keys(groups).length <= TAG_LIMIT, `must hold at most ${TAG_LIMIT} groups`);

const outcome = z.strictObject({
  type: z.literal('task-result-outcomes'),
  attributes: z.strictObject({
    'outcome-id': text(OUTCOME_ID_LIMIT),
    description: text(DESCRIPTION_LIMIT),
    body: text(BODY_LIMIT).optional(),
    url: url.optional(),
    tags: tags.optional(),
  }),
});

const document = z.strictObject({
  data: z.strictObject({
    type: z.literal('task-results'),
    attributes: z.strictObject({
      status: z.enum(['running', 'passed', 'failed']),
      message: text(MESSAGE_LIMIT).optional(),
      url: url.optional(),
    }),
    relationships: z
      .strictObject({ outcomes: z.strictObject({ data: z.array(outcome).min(1).max(OUTCOME_LIMIT) }) })
      .optional(),
  }),
});

/** A callback's body that keeps every rule. */
export type CallbackDocument = Readonly<z.infer<typeof document>>;
/** One outcome of a callback. */
export type Outcome = Readonly<z.infer<typeof outcome>>;

/** What a body turned out to be. */
export type CallbackReading =
  | { readonly valid: true; readonly document: CallbackDocument }
  | { readonly valid: false; readonly problems: readonly Problem[] };

/** Judges the parsed body of a callback; every problem is listed with its pointer. */
export function readCallback(body: unknown): CallbackReading {
  const parsed = document.safeParse(body);
  if (parsed.success) return { valid: true, document: parsed.data };
  return { valid: false, problems: parsed.error.issues.flatMap(toProblems) };
}

/** What a rule of zod says, with its JSON pointer. */
export function toProblems(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerTo(issue.path), detail: issue.message }];
  return issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), detail: 'is not a known member' }));
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
