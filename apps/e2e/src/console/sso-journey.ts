import { PERSONAS, type Stage } from './stage.js';

/** How a customer connects its identity provider, from the first draft to the first sign-in through it. */
export function describeSsoJourney(stage: () => Stage): void {
  it('an admin drafts a SAML connection, reads its test report, mends it, activates it, and people sign in by it', async () => {
    const { saml } = stage();
    const provider = { name: 'Ines Initiator', email: 'ines@example.com', group: 'staff', plane: 'acme' } as const;
    saml.becomes(provider);
    const person = await stage().signedIn(PERSONAS.admin, '/o/acme/sign-in');
    const { page } = person;
    await person.press('New SAML connection');
    await person.provesAgain(PERSONAS.admin);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('New provider');
    await page.getByLabel('Entity id of the provider').fill(saml.issuer);
    await page.getByLabel('Sign-in address').fill(saml.signInUrl);
    await page.getByLabel('Certificates', { exact: true }).fill(saml.certificate);
    await person.press('Store the draft');
    await page.waitForURL(/\/o\/acme\/sign-in\/[0-9a-f-]{36}$/);
    await person.settled();
    const path = new URL(page.url()).pathname;
    await person.sees('Next: tell the provider what stands below, then test it. A test signs nobody in.');

    // Nobody said yet whom the provider's people are here: the report says so.
    await person.press('Test it');
    const report = page.getByRole('region', { name: 'Last test' });
    await report.getByText(/^Failed, /).waitFor();
    await person.settled();
    expect(await person.button('Activate').isEnabled()).toBe(false);
    expect(await person.axe()).toEqual([]);

    const required = page.getByRole('group', { name: 'Required claims' });
    await required.getByRole('button', { name: 'Add one' }).click();
    await required.getByLabel('Claim 1 of Required claims').fill(saml.groupsClaim);
    await required.getByLabel('Value 1 of Required claims').fill('acme');
    await page.getByLabel('Role of whom no rule matches').selectOption('viewer');
    await person.press('Store');
    await person.sees('Stored.');
    await person.press('Test it');
    await report.getByText(/^Passed, /).waitFor();
    expect(await report.getByText('Ines Initiator').count()).toBeGreaterThan(0);
    await person.press('Activate');
    await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();
    await person.sees('People sign in through it.');

    const other = await stage().somebody();
    await other.goTo(`/auth/c/${path.split('/').at(-1) ?? ''}/login?return=%2Fo%2Facme%2Fresults`);
    expect(new URL(other.page.url()).pathname).toBe('/o/acme/results');
    await other.follow(other.link('Ines Initiator'));
    expect(await other.facts('You')).toMatchObject({ Role: 'viewer', For: 'acme' });
  });

  it("the customer's IT opens a set-up link once, and sees one draft and nothing else", async () => {
    const admin = await stage().signedIn(PERSONAS.admin, '/o/acme/sign-in');
    await admin.press('New OIDC connection');
    await admin.provesAgain(PERSONAS.admin);
    await admin.page.getByRole('textbox', { name: 'Name', exact: true }).fill('By link');
    await admin.press('Store the draft');
    await admin.page.waitForURL(/\/o\/acme\/sign-in\/[0-9a-f-]{36}$/);
    await admin.press('Make a set-up link');
    const shown = admin.page.getByRole('status').filter({ hasText: 'shown this once' }).locator('pre');
    const link = new URL(await shown.innerText());

    const guest = await stage().somebody();
    await guest.goTo(`${link.pathname}${link.hash}`);
    await guest.press('Open');
    await guest.sees('For acme');
    expect(await guest.axe()).toEqual([]);
    await guest.page.getByLabel('Issuer').fill('https://idp.acme.example');
    await guest.page.getByLabel('Client id').fill('rungate');
    await guest.press('Store');
    await guest.press('I am done');
    await guest.sees('No set-up link is open here');

    const late = await stage().somebody();
    late.watch.allow(/status of 4\d\d/);
    await late.goTo(`${link.pathname}${link.hash}`);
    await late.press('Open');
    await late.sees('The link was not opened');
    await admin.goTo(new URL(admin.page.url()).pathname);
    expect(await admin.page.getByLabel('Issuer').inputValue()).toBe('https://idp.acme.example');
  });
}
