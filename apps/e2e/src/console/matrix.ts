import { PERMITTED } from '@rungate/access';
import { until } from '../harness/until.js';
import { PAGES, type Action } from './pages.js';
import type { Person } from './person.js';
import { ABSENT, FORBIDDEN, ROLES, sees } from './roles.js';
import type { Stage } from './stage.js';

const OFFERED_WITHIN_MS = 5_000;

/** Each role at each page, linked there or not: what it sees, and what it is offered, is what the tables say. */
export function describeMatrix(stage: () => Stage): void {
  it.each(ROLES)('%s sees and is offered what the table of roles says, on every page', async (role) => {
    const person = await stage().inRole(role, '/settings');
    // What needs a fresh proof is closed until there is one.
    await stage().sql('UPDATE sessions SET stepped_up_at = now()');
    person.watch.allow(/status of 404/);
    const wrong: string[] = [];
    for (const page of PAGES) {
      await person.goTo(page.path(stage().told));
      const isSeen = sees(role, page);
      if (isSeen === (await isRefused(person))) wrong.push(`${page.label} is ${isSeen ? 'refused' : 'shown'}`);
      for (const action of page.actions) {
        const isRight = isSeen && PERMITTED[role].has(action.permission);
        if (isRight ? !(await comesToBeOffered(person, action)) : await isOffered(person, action))
          wrong.push(`${page.label}: ${action.name} is ${isRight ? 'missing' : 'offered'}`);
      }
    }
    expect(wrong).toEqual([]);
  });
}

async function isRefused({ page }: Person): Promise<boolean> {
  return (await page.getByText(FORBIDDEN).or(page.getByText(ABSENT)).count()) > 0;
}

/** Some of it comes after the page stands. */
async function comesToBeOffered(person: Person, action: Action): Promise<boolean> {
  const offered = async () => ((await isOffered(person, action)) ? true : null);
  return until(`${action.name} to be offered`, OFFERED_WITHIN_MS, offered).catch(() => false);
}

async function isOffered({ page }: Person, { role, name }: Action): Promise<boolean> {
  const found = page.getByRole(role, { name, exact: true });
  return (await found.count()) > 0 && (await found.first().isEnabled());
}
