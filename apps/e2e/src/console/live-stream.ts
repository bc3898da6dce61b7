import { judgeRun } from '../harness/installation.js';
import { copiesOf, withoutCopies } from './copies.js';
import { EventStream } from './event-stream.js';
import type { Person } from './person.js';
import { PERSONAS, type Stage } from './stage.js';

/** The server names up to 500 changes at once. */
const MORE_THAN_TOLD = 600;

/** The stream of events as the browser itself keeps it. */
export function describeLiveStream(stage: () => Stage): void {
  const newRun = async (): Promise<string> => {
    const { installation, hook } = stage();
    const { detail } = await judgeRun(installation, { ...hook, plan: 'create' });
    return detail.id;
  };

  const cutOff = async (person: Person): Promise<void> => {
    person.watch.allow(/net::ERR_/);
    await stage().network.become({ kind: 'refuse' });
  };

  describe('the stream of events', () => {
    afterEach(() => stage().network.become({ kind: 'forward' }));

    it('tells of each run, and is resumed where it was cut', async () => {
      const person = await stage().signedIn(PERSONAS.operator, '/live');
      const stream = await EventStream.of(person);
      await person.sees('● live');
      await stream.toldOf(await newRun());
      await cutOff(person);
      const missed = await newRun();
      await person.sees('reconnecting…');
      await stage().network.become({ kind: 'forward' });
      await stream.toldOf(missed);
      await person.sees('● live');
      expect(stream.lastEventId).toMatch(/^\d{13}-\d+$/);
      expect(stream.heard.map(({ name }) => name)).not.toContain('gap');
    });

    it('says that more happened than it can tell, and the page is read anew', async () => {
      const person = await stage().signedIn(PERSONAS.viewer, '/o/acme/results');
      const stream = await EventStream.of(person);
      await stream.toldOf(await newRun());
      await cutOff(person);
      await stage().sql(copiesOf(stage().told.passed, MORE_THAN_TOLD));
      const readAnew = person.page.waitForResponse((response) => response.url().includes('/api/v1/task-results?'));
      await stage().network.become({ kind: 'forward' });
      await stream.until('a gap', ({ name }) => name === 'gap');
      expect((await readAnew).status()).toBe(200);
      await stage().sql(withoutCopies());
    });

    it('ends with the session that its owner ended in another browser', async () => {
      await stage().sql('DELETE FROM sessions');
      const there = await stage().signedIn(PERSONAS.adminOfGlobex, '/o/globex/results');
      const stream = await EventStream.of(there);
      const here = await stage().signedIn(PERSONAS.adminOfGlobex, '/settings');
      await here.press('Sign out there');
      await stream.until('the end of the stream', ({ name, data }) => name === 'end' && data.why === 'signed_out');
      await there.page.waitForURL(({ pathname }) => !pathname.startsWith('/o/'));
      await here.settled();
      expect(await here.button('Sign out there').count()).toBe(0);
    });
  });
}
