import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';

/** WCAG 2.2 AA, with all that it contains. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const violations = z.array(
  z.object({
    id: z.string(),
    nodes: z.array(z.object({ target: z.array(z.unknown()), html: z.string(), failureSummary: z.string().optional() })),
  }),
);

/** What axe finds on a page as it stands, one line for each element. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe.source);
  const options = JSON.stringify({ runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'] });
  const found = violations.parse(await page.evaluate(`axe.run(document, ${options}).then((all) => all.violations)`));
  return found.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, html, failureSummary = '' }) =>
        `${new URL(page.url()).pathname}: ${id}: ${target.join(' ')}: ${html.slice(0, 200)}: ${failureSummary.replaceAll(/\s+/g, ' ')}`,
    ),
  );
}
