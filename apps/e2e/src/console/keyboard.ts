import type { Locator } from 'playwright-core';
import type { Person } from './person.js';
import { PERSONAS, type Stage } from './stage.js';

/** More than any page has to step over. */
const STEPS = 120;

/** The main journeys without a pointer. */
export function describeKeyboard(stage: () => Stage): void {
  describe('by keyboard alone', () => {
    it('an operator signs in, finds a verdict that was given up, and sends it again', async () => {
      const { page } = await signInByKeys(stage(), PERSONAS.operator, '/runs?state=undeliverable');
      await page.getByRole('table', { name: 'results' }).getByRole('row').nth(1).waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('o');
      await page.waitForURL('**/runs/*-*');
      const resend = page.getByRole('button', { name: 'Resend callback' });
      await pressByKeys(resend);
      await page.getByText('Sent again.').waitFor();
    });

    it('a customer signs in, makes a run task, and finds its address and key', async () => {
      const { page } = await signInByKeys(stage(), PERSONAS.adminOfGlobex, '/o/globex/setup');
      const create = page.getByRole('button', { name: 'New run task' }).first();
      await pressByKeys(create);
      // A key is made: who only signed in proves first that it is still the same person.
      await pressByKeys(page.getByRole('link', { name: 'Sign in again' }));
      await pressByKeys(page.getByRole('button', { name: PERSONAS.adminOfGlobex }));
      await page.waitForURL('**/o/globex/setup');
      await pressByKeys(create);
      const terraform = page.getByRole('textbox', { name: 'Terraform', exact: true });
      await terraform.waitFor();
      await stepTo(terraform);
      await page.keyboard.press('Control+a');
      await page.keyboard.type(stage().installation.simulator.origin);
      await page.keyboard.press('Enter');
      await page.getByText('shown this once').waitFor();
      await stepTo(page.getByRole('button', { name: /^Copy HMAC key/ }));
      await stepTo(page.getByRole('button', { name: 'Copy the hook URL' }));
    });

    it('an engineer signs in, filters for what failed, and copies what blocks it', async () => {
      const { page } = await signInByKeys(stage(), PERSONAS.viewer, '/o/acme/results');
      const verdict = page.getByLabel('Verdict');
      await page.keyboard.press('/');
      await stepTo(verdict);
      await page.keyboard.type('Failed');
      await page.waitForURL(/\?verdict=failed$/);
      const rows = page.getByRole('table', { name: 'results' }).getByRole('row');
      await rows.nth(1).getByText('Failed', { exact: true }).waitFor();
      await stepTo(page.getByRole('table', { name: 'results' }));
      await page.keyboard.press('j');
      await page.keyboard.press('o');
      const copy = page.getByRole('button', { name: 'Copy as Markdown' });
      await pressByKeys(copy);
      await page.getByRole('button', { name: 'Copied' }).waitFor();
    });
  });
}

async function signInByKeys(stage: Stage, persona: string, path: string): Promise<Person> {
  const person = await stage.somebody({ permissions: ['clipboard-read', 'clipboard-write'] });
  await person.goTo(path);
  await pressByKeys(person.link(persona));
  await person.page.waitForURL((url) => url.href === `${stage.url}${path}`);
  await person.settled();
  return person;
}

async function pressByKeys(target: Locator): Promise<void> {
  await target.waitFor();
  await stepTo(target);
  await target.page().keyboard.press('Enter');
}

/** Tab until it has the focus, which must then be seen. @throws Error when the keyboard does not reach it */
async function stepTo(target: Locator): Promise<void> {
  const page = target.page();
  for (let step = 0; step < STEPS; step++) {
    await page.keyboard.press('Tab');
    if ((await target.and(page.locator(':focus')).count()) === 0) continue;
    expect(await target.and(page.locator(':focus-visible')).count()).toBe(1);
    return;
  }
  throw new Error(`Tab does not reach ${target.toString()}`);
}
