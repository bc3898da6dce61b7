import { routes } from '@rungate/contract';
import { plain } from '@rungate/run-task';
import type { Context } from '../act.js';
import { EXIT } from '../errors.js';
import { explain } from '../explain.js';
import { printJson } from '../print-json.js';
import { unlisted } from './unlisted.js';

/** Which organizations are to go. */
export interface PruneOptions {
  readonly file: string;
  readonly tag: string;
  readonly confirm: boolean;
}

/** `rungate organizations prune`: deletes those of a tag that a file no longer names; without `--confirm` it names them. */
export async function pruneOrganizations(context: Context, { file, tag, confirm }: PruneOptions): Promise<number> {
  const surplus = await unlisted(context, file, tag);
  let failed = 0;
  for (const { slug } of surplus) {
    try {
      if (confirm) await context.client.call(routes.deleteOrganization, { params: { org: slug } });
      say(context, { slug, deleted: confirm });
    } catch (error) {
      failed += 1;
      process.stderr.write(`${plain`${slug}: `}${explain(error)}\n`);
    }
  }
  if (!confirm && surplus.length > 0)
    process.stderr.write(`Nothing was deleted: --confirm deletes these ${surplus.length}.\n`);
  return failed === 0 ? EXIT.done : EXIT.failed;
}

function say({ json }: Context, { slug, deleted }: { readonly slug: string; readonly deleted: boolean }): void {
  if (json) printJson({ slug, deleted });
  else process.stdout.write(`${deleted ? 'deleted' : 'would delete'} ${plain`${slug}`}\n`);
}
