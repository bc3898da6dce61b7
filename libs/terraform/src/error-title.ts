import { plainText } from '@rungate/run-task';
import { z } from 'zod';
import { redacted } from './foreign-text.js';

const TITLE_LIMIT = 200;
const errorDocument = z.object({ errors: z.tuple([z.object({ title: z.string() })], z.unknown()) });

/** The title of the first JSON:API error, plain, at most 200 characters, without the token and without query strings. */
export function errorTitle(body: string, accessToken: string): string | null {
  const parsed = errorDocument.safeParse(parseJson(body));
  if (!parsed.success) return null;
  const title = redacted(parsed.data.errors[0].title, accessToken);
  return plainText(title, TITLE_LIMIT);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
