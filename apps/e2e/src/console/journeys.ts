import { GUARD, judgeRun } from '../harness/installation.js';
import { PERSONAS, type Stage } from './stage.js';

/** More than are done before somebody cancels. */
const MANY = 8;

/** What people come for, from its beginning to its end. */
export function describeJourneys(stage: () => Stage): void {
  describe('an operator', () => {
    it('sets up an organization, and sees the step turn green when Terraform sends its test request', async () => {
      const person = await stage().signedIn(PERSONAS.owner, '/organizations');
      await person.press('New organization');
      await person.page.getByLabel('Slug').fill('initech');
      await person.page.getByLabel('Name').last().fill('Initech');
      await person.press('Create');
      await person.page.waitForURL('**/o/initech/setup');
      await person.settled();
      await person.press('New run task');
      // A key is made: whoever only signed in is asked first, and comes back.
      await person.sees('Confirm first that it is you');
      await person.provesAgain(PERSONAS.owner);
      await person.press('New run task');
      await person.page
        .getByRole('textbox', { name: 'Terraform', exact: true })
        .fill(stage().installation.simulator.origin);
      await person.press('Create');
      const hmacKey = await person.page
        .getByRole('status')
        .filter({ hasText: 'shown this once' })
        .locator('pre')
        .innerText();
      const step = person.page.getByRole('listitem').filter({ hasText: 'Create the run task in Terraform' });
      await step.getByText('open', { exact: true }).waitFor();
      const hookUrl = await step.getByText(/\/hooks\//).innerText();
      expect(await stage().installation.simulator.register({ hookUrl, hmacKey })).toMatchObject({ accepted: true });
      await step.getByText('done', { exact: true }).waitFor();
      expect(await person.axe()).toEqual([]);
    });

    it('sends a verdict again that its Terraform refused, and sees it arrive', async () => {
      const { told } = stage();
      const person = await stage().signedIn(PERSONAS.operator, `/runs/${told.givenUp}`);
      expect(await person.facts('Facts')).toMatchObject({ Verdict: 'Failed', Delivery: 'Undeliverable' });
      await person.press('Resend callback');
      await person.sees('Sent again.');
      await person.seesFact('Facts', 'Delivery', 'Delivered');
      await person.page.getByRole('tab', { name: 'Callback attempts' }).click();
      expect(await person.page.getByRole('row').filter({ hasText: '401' }).count()).toBe(2);
      expect(await person.axe()).toEqual([]);
    });

    it('sees an organization as its viewers do, and leaves', async () => {
      const person = await stage().signedIn(PERSONAS.operator, '/organizations/acme');
      await person.press('View as organization');
      await person.page.getByLabel('Reason').fill('Ticket 4711');
      await person.press('View');
      await person.page.waitForURL('**/o/acme/results');
      await person.sees('You see acme as its viewers do, read-only: Ticket 4711.');
      expect(await person.page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
      expect(await person.axe()).toEqual([]);
      await person.press('Leave');
      await person.page.waitForURL('**/organizations/acme');
      await person.settled();
      expect(await person.page.getByText('as its viewers do').count()).toBe(0);
    });

    it('pauses the intake of an organization, and resumes it', async () => {
      const person = await stage().signedIn(PERSONAS.operator, '/organizations/globex');
      await person.press('Pause intake');
      const dialog = person.page.getByRole('dialog');
      await dialog.getByLabel('Reason').fill('Its plans crash the scanner');
      await dialog.getByRole('button', { name: 'Pause intake' }).click();
      await person.seesFact('Facts', 'State', 'Intake paused');
      expect(await person.axe()).toEqual([]);
      await person.press('Resume intake');
      await dialog.getByRole('button', { name: 'Resume intake' }).click();
      await person.seesFact('Facts', 'State', 'Active');
    });

    it('plans to send many again, and cancels it', async () => {
      const person = await stage().signedIn(PERSONAS.operator, '/operations');
      await person.press('Resend many…');
      await person.page.getByLabel('Reason').fill('The callback host was away');
      await person.press('Plan');
      await person.page.waitForURL('**/operations/*');
      await person.settled();
      expect(await person.facts('Facts')).toMatchObject({ State: 'planned', Why: 'The callback host was away' });
      await person.press('Cancel');
      await person.seesFact('Facts', 'State', 'cancelled');
      expect(await person.axe()).toEqual([]);
    });
  });

  describe("an organization's people", () => {
    it('find a run that failed, and read on its details page what blocks it', async () => {
      const person = await stage().signedIn(PERSONAS.viewer, '/o/acme/results');
      await person.page.getByLabel('Verdict', { exact: true }).selectOption('failed');
      await person.page.waitForURL(/\?verdict=failed$/);
      await person.settled();
      await person.press('Views');
      await person.page.getByLabel('Name for what is shown now').fill('Blocked');
      await person.press('Keep the view');
      const kept = person.link('Blocked');
      await kept.waitFor();
      expect(await kept.getAttribute('href')).toBe('/o/acme/results?verdict=failed');
      expect(await person.axe()).toEqual([]);
      await person.page.keyboard.press('Escape');
      const rows = person.page.getByRole('table', { name: 'results' }).getByRole('row');
      await rows.nth(1).getByRole('link').first().click();
      await person.page.waitForURL('**/o/acme/results/*');
      await person.settled();
      const verdict = person.page.getByRole('region', { name: 'Verdict' });
      expect(await verdict.getByRole('heading').innerText()).toMatch(/^Blocked: \d+ \w+ findings? must be fixed$/);
      const findings = person.page.getByRole('region', { name: 'Findings' });
      expect(await findings.getByText(`${GUARD.name} ·`).first().innerText()).toContain('blocks the run');
      await person.press('View as graph');
      await person.page.waitForURL('**/o/acme/results/*?plan=graph');
      const graph = person.page.getByRole('group', { name: 'Graph of the plan changes' });
      await graph.getByRole('img').first().focus();
      expect(await person.axe()).toEqual([]);
    });

    it('have all that failed judged again, and cancel it on its way', async () => {
      const { installation, hook } = stage();
      const failing = { ...hook, plan: 'replace' };
      await Promise.all(Array.from({ length: MANY }, () => judgeRun(installation, failing)));
      const person = await stage().signedIn(PERSONAS.admin, '/o/acme/results?verdict=failed');
      await person.press('Re-evaluate these…');
      await person.page.getByLabel('Reason').fill('The guard has a new rule');
      await person.page.getByLabel('A second').fill('1');
      await person.press('Plan');
      await person.page.waitForURL('**/operations/*');
      await person.settled();
      expect(await person.facts('Facts')).toMatchObject({ State: 'planned', Why: 'The guard has a new rule' });
      await person.press(/^Start: \d+$/);
      await person.sees(/^[1-9]\d* done|\b[1-9]\d* refused/);
      await person.press('Cancel');
      await person.seesFact('Facts', 'State', 'cancelled');
      await person.sees(/, [1-9]\d* left$/);
      expect(await person.axe()).toEqual([]);
    });

    it('rotate a key after proving anew who they are', async () => {
      await stage().installation.api.createRunTask('globex', 'rotated', {
        terraformOrigin: stage().installation.simulator.origin,
      });
      const person = await stage().signedIn(PERSONAS.adminOfGlobex, '/o/globex/keys');
      await stage().sql(`UPDATE sessions SET stepped_up_at = now() - interval '1 hour'`);
      await person.sees('Confirm first that it is you');
      await person.provesAgain(PERSONAS.adminOfGlobex);
      const rows = person.page.getByRole('region', { name: 'Keys' }).getByRole('row');
      expect(await rows.count()).toBe(2);
      await person.press('Make a new key');
      await person.sees('New HMAC key of rotated: shown this once');
      await rows.nth(2).waitFor();
      expect(await person.axe()).toEqual([]);
    });
  });
}
