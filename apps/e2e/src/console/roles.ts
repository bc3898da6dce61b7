import { ORGANIZATION_ROLES, PERMITTED, PLATFORM_ROLES } from '@rungate/access';
import { PAGES, type ConsolePage } from './pages.js';
import type { Person } from './person.js';
import { PERSONAS, type SignedInRole, type Stage } from './stage.js';

/** Every role that a person can have. */
export const ROLES: readonly SignedInRole[] = [...PLATFORM_ROLES, ...ORGANIZATION_ROLES];

/** What a page says to somebody without its permission. */
export const FORBIDDEN = 'You may not see this';

/** What it says when there is no such thing, or not for whoever asks. */
export const ABSENT = /^There is no such /;

/** Whether a role sees a page, by the table of roles. */
export function sees(role: SignedInRole, { permission, of: plane }: ConsolePage): boolean {
  if (plane !== undefined && plane !== (isRoleOfPlatform(role) ? 'platform' : 'acme')) return false;
  return permission === null || PERMITTED[role].has(permission);
}

function isRoleOfPlatform(role: SignedInRole): boolean {
  return PLATFORM_ROLES.some((platform) => platform === role);
}

/** The pages that stand in a role's navigation. */
function linkedPages(role: SignedInRole): readonly ConsolePage[] {
  const ofPlatform = isRoleOfPlatform(role);
  const own = PAGES.filter((page) => page.linked === (ofPlatform ? 'platform' : 'acme') || page.linked === 'both');
  const ordered = ofPlatform ? own : [...own].sort((a, b) => Number(a.linked === 'both') - Number(b.linked === 'both'));
  return ordered.filter((page) => sees(role, page));
}

/** One pass of each role through its navigation. */
export function describeRoles(stage: () => Stage): void {
  describe.each(ROLES)('as %s', (role) => {
    it('every page of the navigation stands, and axe finds nothing', async () => {
      const person = await stage().inRole(role, '/settings');
      const links = person.page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
      const linked = linkedPages(role);
      expect(await links.allInnerTexts()).toEqual(linked.map(({ label }) => label));
      const wrong: string[] = [];
      for (const [index, page] of linked.entries()) {
        await person.follow(links.nth(index));
        wrong.push(...(await faultsOf(person, page, stage())));
      }
      expect(wrong).toEqual([]);
    });
  });

  it('the admin of another organization sees nothing of acme, whatever the address', async () => {
    const person = await stage().signedIn(PERSONAS.adminOfGlobex, '/settings');
    person.watch.allow(/status of 404/);
    const seen: string[] = [];
    for (const page of PAGES.filter(({ path }) => path(stage().told) !== '/settings')) {
      await person.goTo(page.path(stage().told));
      const text = await person.page.getByRole('main').innerText();
      seen.push(...['guardrails', 'web-production', 'Vik Viewer'].filter((ofAcme) => text.includes(ofAcme)));
    }
    expect(seen).toEqual([]);
  });

  it('the pages that no navigation names stand as well', async () => {
    const person = await stage().inRole('owner');
    const wrong: string[] = [];
    for (const page of PAGES.filter((page) => page.linked === null && sees('owner', page))) {
      await person.goTo(page.path(stage().told));
      wrong.push(...(await faultsOf(person, page, stage())));
    }
    expect(wrong).toEqual([]);
  });
}

async function faultsOf(person: Person, page: ConsolePage, { told }: Stage): Promise<readonly string[]> {
  await person.titled(page.title);
  const { pathname } = new URL(person.page.url());
  const isForbidden = (await person.page.getByText(FORBIDDEN).count()) > 0;
  return [
    ...(pathname === page.path(told) ? [] : [`${pathname} in place of ${page.path(told)}`]),
    ...(isForbidden ? [`${pathname} is forbidden`] : []),
    ...(await person.axe()),
  ];
}
