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
      expect(new URL(person.page.url()).pathname).toBe(path);
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

    it('by SAML comes back from the page of another site that posts the answer', async () => {
      const person = await stage().somebody();
      const { loginPath } = stage().saml;
      await person.goTo(`${loginPath}?return=${encodeURIComponent('/o/acme/results')}`);
      expect(new URL(person.page.url()).pathname).toBe('/o/acme/results');
      await person.follow(person.link('Vik Viewer'));
      expect(await person.facts('You')).toMatchObject({ Role: 'viewer', For: 'acme' });
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
