import { routes, type OrganizationBody } from '@rungate/contract';
import { z } from 'zod';
import type { Context } from '../act.js';
import { batchesOf } from '../apply/input-lines.js';
import { CommandError } from '../errors.js';

const withSlug = z.object({ slug: z.string() });

/** The organizations of a tag, or all, that a file does not name. @throws CommandError for a line without a slug. */
export async function unlisted(
  { client }: Context,
  file: string,
  tag: string | undefined,
): Promise<readonly OrganizationBody[]> {
  const named = await slugsIn(file);
  const found: OrganizationBody[] = [];
  for await (const organization of client.list(routes.listOrganizations, { params: {}, query: { limit: 200, tag } })) {
    if (!named.has(organization.slug)) found.push(organization);
  }
  return found;
}

async function slugsIn(file: string): Promise<ReadonlySet<string>> {
  const slugs = new Set<string>();
  for await (const batch of batchesOf(file)) for (const { number, text } of batch) slugs.add(slugOf(number, text));
  return slugs;
}

/** What cannot be read might name an organization that would then be taken for one that is not wanted. */
function slugOf(line: number, text: string): string {
  try {
    return withSlug.parse(JSON.parse(text)).slug;
  } catch (cause) {
    throw new CommandError('usage', `Line ${line} has no slug that can be read. Mend it first: nothing was done.`, {
      cause,
    });
  }
}
