import type { Report } from '@rungate/run-task';
import { SEVERITIES } from '@rungate/run-task';
import { z } from 'zod';

/** Findings in one report. */
const MAX_FINDINGS = 5_000;
const MAX_FACTS = 100;

const text = z.string().max(10_000);

const findingSchema = z.strictObject({
  rule: z.string().min(1).max(200),
  severity: z.enum(SEVERITIES),
  address: text.optional(),
  message: text,
  remediation: text.optional(),
  docsUrl: z.string().max(2_000).optional(),
  certainty: z.enum(['violation', 'unknown']),
});

/** What a plugin returned, as hostile input: closed, counted and bounded. */
export const reportSchema: z.ZodType<Report> = z.strictObject({
  findings: z.array(findingSchema).max(MAX_FINDINGS),
  summary: z.string().max(2_000),
  facts: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/), z.number())
    .refine((facts) => Object.keys(facts).length <= MAX_FACTS, `at most ${MAX_FACTS} facts`)
    .optional(),
});
