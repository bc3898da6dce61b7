import { PERMITTED } from '@rungate/access';
import { PAGES, type Action } from './pages.js';
import type { Person } from './person.js';
import { FORBIDDEN, ROLES, sees } from './roles.js';
import type { Stage } from './stage.js';

/** Each role at each page, linked there or not: what it sees, and what it is offered, is what the tables say. */
export function describeMatrix(stage: () => Stage): void {
  it.each(ROLES)('%s sees and is offered what the table of roles says, on every page', async (role) => {
    const person = await stage().inRole(role, '/settings');
    const wrong: string[] = [];
    for (const page of PAGES) {
      await person.goTo(page.path(stage().told));
      const isSeen = sees(role, page);
      if (isSeen === (await isForbidden(person))) wrong.push(`${page.label} is ${isSeen ? 'refused' : 'shown'}`);
      for (const action of page.actions) {
        const isRight = isSeen && PERMITTED[role].has(action.permission);
        if (isRight !== (await isOffered(person, action)))
          wrong.push(`${page.label}: ${action.name} is ${isRight ? 'missing' : 'offered'}`);
      }
    }
    expect(wrong).toEqual([]);
  });
}

async function isForbidden({ page }: Person): Promise<boolean> {
  return (await page.getByText(FORBIDDEN).count()) > 0;
}

async function isOffered({ page }: Person, { role, name }: Action): Promise<boolean> {
  const found = page.getByRole(role, { name, exact: true });
  return (await found.count()) > 0 && (await found.first().isEnabled());
}
