import type { SamlPerson } from './saml-provider.js';
import type { Stage } from './stage.js';
import { PERSONAS } from './stage.js';

/** How people come in, in the real browser: what their cookies and redirects are is the browser's to say. */
export function describeSignIn(stage: () => Stage): void {
  describe('signing in', () => {
    it.each([
      [PERSONAS.owner, '/organizations', 'the whole platform', 'owner'],
      [PERSONAS.operator, '/live', 'the whole platform', 'operator'],
      [PERSONAS.admin, '/o/acme/setup', 'acme', 'admin'],
      [PERSONAS.viewer, '/o/acme/results', 'acme', 'viewer'],
      [PERSONAS.adminOfGlobex, '/o/globex/keys', 'globex', 'admin'],
    ])('by OIDC brings %s back to %s', async (persona, path, plane, role) => {
      const person = await stage().signedIn(persona, path);
      expect(person.page.url()).toBe(`${stage().url}${path}`);
      await person.follow(person.link(persona));
      expect(await person.facts('You')).toMatchObject({ Role: role, For: plane });
      const cookies = await person.context.cookies(stage().url);
      expect(cookies.find(({ name }) => name === 'rungate_sid')).toMatchObject({
        httpOnly: true,
        sameSite: 'Lax',
        path: '/',
        // Until the browser is closed.
        expires: -1,
      });
    });

    it.each<[name: string, plane: SamlPerson['plane'], group: string, role: string, path: string]>([
      ['Olivia Owner', 'platform', 'owner', 'owner', '/organizations'],
      ['Omar Operator', 'platform', 'operator', 'operator', '/live'],
      ['Ada Admin', 'acme', 'admin', 'admin', '/o/acme/setup'],
      ['Vik Viewer', 'acme', 'none', 'viewer', '/o/acme/results'],
      ['Gita Admin', 'globex', 'admin', 'admin', '/o/globex/keys'],
    ])('by SAML brings %s back from the page of another site that posts the answer', async (...row) => {
      const [name, plane, group, role, path] = row;
      const email = `${name.toLowerCase().replace(' ', '.')}@example.com`;
      const begins = stage().saml.becomes({ name, email, group, plane });
      const person = await stage().somebody();
      await person.goTo(`${begins}?return=${encodeURIComponent(path)}`);
      expect(person.page.url()).toBe(`${stage().url}${path}`);
      await person.follow(person.link(name));
      expect(await person.facts('You')).toMatchObject({
        Role: role,
        For: plane === 'platform' ? 'the whole platform' : plane,
      });
    });

    it('is over after signing out, here and at the provider', async () => {
      const person = await stage().signedIn(PERSONAS.viewer, '/settings');
      await person.press('Sign out');
      await person.page.waitForURL('**/login');
      await person.goTo('/settings');
      await person.page.waitForURL(/\/login\?next=%2Fsettings$/);
      await person.settled();
      expect(await person.axe()).toEqual([]);
    });
  });
}
