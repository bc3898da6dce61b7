import { plainText } from '@rungate/run-task';

/** What a PUT answers of what it did. */
interface Put {
  readonly change: 'created' | 'unchanged' | 'changed';
  readonly changed: readonly string[];
}

/** What a PUT did, or would do, in a line of words. */
export function putSentence(what: string, { change, changed }: Put, dryRun: boolean): string {
  const fields = change === 'changed' ? `: ${changed.join(', ')}` : '';
  return `${plainText(`${dryRun ? 'Would be ' : ''}${change}: ${what}${fields}`)}\n`;
}
