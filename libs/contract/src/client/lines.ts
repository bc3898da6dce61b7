import { ManagementApiError } from './api-error.js';

/** The lines of a body as they arrive, without empty ones. @throws ManagementApiError `unreachable` when it breaks off. */
export async function* linesOf(response: Response): AsyncGenerator<string, void, undefined> {
  let rest = '';
  try {
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      yield* lines.filter((line) => line !== '');
    }
  } catch (cause) {
    throw new ManagementApiError('unreachable', 'The answer broke off before its end.', null, { cause });
  }
  if (rest !== '') yield rest;
}
