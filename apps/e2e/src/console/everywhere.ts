import { PAGES, type ConsolePage } from './pages.js';
import type { Person } from './person.js';
import { takePicture, type View } from './pictures.js';
import { PERSONAS, type PersonaName, type Stage } from './stage.js';

const VIEWS: readonly View[] = (['light', 'dark'] as const).flatMap((scheme) =>
  [1280, 1920].map((width) => ({ scheme, width })),
);
/** A telephone: where the link of a check is opened as well. */
const NARROW: readonly View[] = (['light', 'dark'] as const).map((scheme) => ({ scheme, width: 390 }));

const optionsOf = ({ scheme, width }: View) => ({
  viewport: { width, height: width === 390 ? 844 : 800 },
  colorScheme: scheme,
});

/** Each page in both themes and two widths: a picture of it, and what axe finds. */
export function describeEverywhere(stage: () => Stage): void {
  describe.each(VIEWS)('in the $scheme theme, $width wide', (view) => {
    it.each<[string, PersonaName, (page: ConsolePage) => boolean]>([
      ['of the platform', PERSONAS.owner, ({ linked, label }) => linked !== 'acme' && label !== 'Details'],
      ['of an organization', PERSONAS.admin, ({ linked, label }) => linked === 'acme' || label === 'Details'],
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

    it('axe finds nothing on the sign-in', async () => {
      const person = await stage().somebody(optionsOf(view));
      await person.goTo('/login');
      expect(await looked(person, 'Sign-in', view)).toEqual([]);
    });
  });

  it.each(NARROW)('the details page can be read on a telephone in the $scheme theme', async (view) => {
    const { failed } = stage().told;
    const person = await stage().signedIn(PERSONAS.viewer, `/o/acme/results/${failed}`, optionsOf(view));
    expect(await looked(person, 'acme Details', view)).toEqual([]);
    expect(await person.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(view.width);
  });
}

async function looked(person: Person, name: string, view: View): Promise<readonly string[]> {
  await takePicture(person, name, view);
  return person.axe();
}
