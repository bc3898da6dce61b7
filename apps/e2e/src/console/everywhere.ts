import { PAGES, type ConsolePage } from './pages.js';
import type { Fly } from './populate.js';
import type { Person } from './person.js';
import { takePicture, type View } from './pictures.js';
import { PERSONAS, type PersonaName, type Stage } from './stage.js';

const NOTHING_TOLD = { passed: '', failed: '', givenUp: '', operation: '', operationOfAcme: '', connection: '' };
const VIEWS: readonly View[] = (['light', 'dark'] as const).flatMap((scheme) =>
  [1280, 1920].map((width) => ({ scheme, width })),
);
/** A telephone: where the link of a check is opened as well. */
const NARROW: readonly View[] = (['light', 'dark'] as const).map((scheme) => ({ scheme, width: 390 }));

const optionsOf = ({ scheme, width }: View) => ({
  viewport: { width, height: width === 390 ? 844 : 800 },
  colorScheme: scheme,
});

/** Each page in both themes and two widths, with runs in flight: a picture of it, and what axe finds. */
export function describeEverywhere(stage: () => Stage, fly: Fly): void {
  describe.each(VIEWS)('in the $scheme theme, $width wide', (view) => {
    beforeAll(() => (view.width === 1280 ? fly() : undefined));

    it.each<[string, PersonaName, (page: ConsolePage) => boolean]>([
      ['of the platform', PERSONAS.owner, (page) => !isOfAcme(page)],
      ['of an organization', PERSONAS.admin, isOfAcme],
    ])('axe finds nothing on the pages %s', async (plane, persona, isOne) => {
      const person = await stage().signedIn(persona, '/', optionsOf(view));
      const found: string[] = [];
      for (const page of PAGES.filter(isOne)) {
        await person.goTo(page.path(stage().told));
        await person.titled(page.title);
        const name = plane === 'of the platform' ? page.label : `acme ${page.label}`;
        found.push(...(await looked(person, name, view)));
      }
      expect(found).toEqual([]);
    });

    it.each([
      ['Sign-in', '/login'],
      ['First owner', '/setup#once'],
      ['Set-up of a sign-in', '/setup/sso#once'],
    ])('axe finds nothing on the page "%s", which nobody signed in for', async (name, path) => {
      const person = await stage().somebody(optionsOf(view));
      await person.goTo(path);
      expect(await looked(person, name, view)).toEqual([]);
    });
  });

  it.each(NARROW)('the details page can be read on a telephone in the $scheme theme', async (view) => {
    const { failed } = stage().told;
    const person = await stage().signedIn(PERSONAS.viewer, `/o/acme/results/${failed}`, optionsOf(view));
    expect(await looked(person, 'acme Details', view)).toEqual([]);
    expect(await person.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(view.width);
  });
}

function isOfAcme({ path, linked, of: plane }: ConsolePage): boolean {
  return linked === 'acme' || plane === 'acme' || path(NOTHING_TOLD).startsWith('/o/acme/');
}

async function looked(person: Person, name: string, view: View): Promise<readonly string[]> {
  await takePicture(person, name, view);
  return person.axe();
}
