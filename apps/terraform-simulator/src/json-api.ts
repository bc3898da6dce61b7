import type { Answer } from './answer.js';

/** Content type of the platform's API (JSON:API). */
export const JSON_API = 'application/vnd.api+json';

/** One thing wrong with a document. */
export interface Problem {
  /** JSON pointer to the member at fault; the empty string is the document. */
  readonly pointer: string;
  readonly detail: string;
}

/** An answer with JSON:API errors. */
export function errorAnswer(status: number, title: string, problems: readonly Problem[] = []): Answer {
  const common = { status: String(status), title };
  const errors =
    problems.length === 0
      ? [common]
      : problems.map(({ pointer, detail }) => ({ ...common, detail, source: { pointer } }));
  return jsonAnswer(status, { errors });
}

/** An answer with a JSON:API document. */
export function jsonAnswer(status: number, document: unknown): Answer {
  return {
    status,
    headers: { 'content-type': JSON_API },
    body: Buffer.from(JSON.stringify(document)),
  };
}
