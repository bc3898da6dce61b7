import { routes } from '@rungate/contract';
import { plain } from '@rungate/run-task';
import type { Context } from '../act.js';
import { batchesOf } from '../apply/input-lines.js';
import { Outcome } from '../apply/outcome.js';
import { EXIT } from '../errors.js';
import { printJson } from '../print-json.js';
import { unlisted } from './unlisted.js';

/** `rungate organizations diff`: what `apply` and `prune` would do. Exit status 1 when there is a difference. */
export async function diffOrganizations(context: Context, file: string, tag: string | undefined): Promise<number> {
  const outcome = new Outcome({ json: context.json, dryRun: true });
  for await (const batch of batchesOf(file)) {
    const lines = batch.map(({ text }) => text);
    let at = 0;
    const query = { dryRun: true };
    for await (const answer of context.client.exchange(routes.batchOrganizations, { params: {}, query, lines })) {
      const line = batch[at++];
      if (line !== undefined) outcome.note(line, answer);
    }
  }
  const { created, changed, failed } = outcome.counts;
  const surplus = failed === 0 ? await unlisted(context, file, tag) : [];
  for (const { slug } of surplus) {
    if (context.json) printJson({ slug, change: 'unlisted' });
    else process.stdout.write(`${plain`- ${slug}: not in the file`}\n`);
  }
  outcome.end();
  return created + changed + failed + surplus.length === 0 ? EXIT.done : EXIT.failed;
}
