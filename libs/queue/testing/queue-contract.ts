import type { TicketKind } from '@rungate/run-task';
import { Worker } from 'bullmq';
import { createQueue, type QueueBackend, type TicketQueue } from '../src/index.js';
import { RecordingLog } from './recording-log.js';
import { until } from './until.js';

/** What every backend must do; `backend` is asked inside a test, when the server is up. */
export function describeQueueContract(name: string, backend: () => QueueBackend): void {
  describe(`queue on ${name}`, () => {
    const open: TicketQueue[] = [];
    const log = new RecordingLog();

    const start = (slots = 4): TicketQueue => {
      const queue = createQueue({ backend: backend(), log, slots });
      open.push(queue);
      return queue;
    };

    afterEach(async () => {
      await Promise.all(open.splice(0).map((queue) => queue.close(0)));
      const queue = start();
      await drain(queue, 'evaluate');
      await queue.close();
      log.lines.length = 0;
    });

    test('a ticket of one process starts work in another', async () => {
      let worked = 0;
      start().consume('evaluate', { slots: 1, work: () => Promise.resolve(++worked < 1) });
      expect(await start().issue('evaluate')).toBe(true);
      await until(() => worked > 0);
    });

    test('work is asked again until nothing is due', async () => {
      const due = ['a', 'b', 'c'];
      const queue = start();
      let idle = false;
      queue.consume('evaluate', {
        slots: 1,
        work: () => {
          idle = due.length === 0;
          return Promise.resolve(due.shift() !== undefined);
        },
      });
      await queue.issue('evaluate');
      await until(() => idle);
      expect(due).toEqual([]);
    });

    test('a kind wakes its own consumer alone', async () => {
      const worked: TicketKind[] = [];
      const queue = start();
      for (const kind of ['evaluate', 'deliver'] as const) {
        queue.consume(kind, { slots: 1, work: () => Promise.resolve(worked.push(kind) === 0) });
      }
      await queue.issue('deliver');
      await until(() => worked.length > 0);
      expect(worked).toEqual(['deliver']);
    });

    test('a delayed ticket starts work, and not before its time', async () => {
      let startedAt = 0;
      const queue = start();
      queue.consume('deliver', {
        slots: 1,
        work: () => {
          startedAt = Date.now();
          return Promise.resolve(false);
        },
      });
      const issuedAt = Date.now();
      await queue.issue('deliver', 300);
      await until(() => startedAt > 0);
      expect(startedAt - issuedAt).toBeGreaterThanOrEqual(300);
    });

    test('at most twice the slots wait, however many are issued', async () => {
      const queue = start(3);
      const answers = await Promise.all(Array.from({ length: 100 }, () => queue.issue('evaluate')));
      expect(new Set(answers)).toEqual(new Set([true]));
      expect(await queue.waiting('evaluate')).toBe(6);
    });

    test('never more run at once than there are slots', async () => {
      const queue = start(8);
      let running = 0;
      let most = 0;
      let left = 20;
      await Promise.all(Array.from({ length: 16 }, () => queue.issue('evaluate')));
      queue.consume('evaluate', {
        slots: 2,
        work: async () => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running -= 1;
          return --left > 0;
        },
      });
      await until(() => left <= 0);
      expect(most).toBe(2);
    });

    test('work that throws is told, and the next ticket works', async () => {
      const queue = start();
      let turns = 0;
      queue.consume('evaluate', {
        slots: 1,
        work: () => (++turns === 1 ? Promise.reject(new Error('no such table')) : Promise.resolve(false)),
      });
      await queue.issue('evaluate');
      await until(() => turns === 1);
      await queue.issue('evaluate');
      await until(() => turns === 2);
      expect(log.lines).toContainEqual(['error', 'work failed', { kind: 'evaluate', reason: 'no such table' }]);
    });

    test('a consumer that went deaf is replaced, and a second time is reported', async () => {
      let [worked, reported] = [0, 0];
      const deaf = (): void => void (reported += 1);
      // As BullMQ 6.0.10 to 6.3.2 did after an outage: it takes nothing, and no error says so.
      const run = jest.spyOn(Worker.prototype, 'run').mockImplementation(() => new Promise(() => undefined));
      const queue = createQueue({ backend: backend(), log, slots: 4, deaf, canaryEveryMs: 50 });
      open.push(queue);
      queue.consume('evaluate', { slots: 1, work: () => Promise.resolve(++worked < 1) });
      await until(() => log.count('queue consumer went deaf') === 1);
      expect(reported).toBe(0);
      await until(() => reported === 1);
      run.mockRestore();
      await until(() => worked > 0);
    });

    test('a consumer that is alive is left alone, busy or idle', async () => {
      const queue = createQueue({ backend: backend(), log, slots: 4, canaryEveryMs: 50 });
      open.push(queue);
      let release: () => void = () => undefined;
      let worked = 0;
      queue.consume('evaluate', {
        slots: 1,
        work: async () => {
          worked += 1;
          if (worked === 5) await new Promise<void>((resolve) => (release = resolve));
          return false;
        },
      });
      await until(() => worked === 5);
      for (let i = 0; i < 4; i++) await queue.issue('evaluate');
      await new Promise((resolve) => setTimeout(resolve, 500));
      release();
      await until(() => worked === 15);
      expect(log.count('queue consumer went deaf')).toBe(0);
    });

    test('close waits for running work and begins none', async () => {
      const queue = start();
      let begun = 0;
      let ended = 0;
      queue.consume('evaluate', {
        slots: 1,
        work: async () => {
          begun += 1;
          await new Promise((resolve) => setTimeout(resolve, 100));
          ended += 1;
          return true;
        },
      });
      await queue.issue('evaluate');
      await until(() => begun === 1);
      await queue.close();
      expect([begun, ended]).toEqual([1, 1]);
      expect(await queue.issue('evaluate')).toBe(false);
    });

    test('close gives up on work that does not end', async () => {
      const queue = start();
      let begun = false;
      let release: () => void = () => undefined;
      queue.consume('evaluate', {
        slots: 1,
        work: async () => {
          begun = true;
          await new Promise<void>((resolve) => (release = resolve));
          return false;
        },
      });
      await queue.issue('evaluate');
      await until(() => begun);
      await queue.close(50);
      expect(log.lines).toContainEqual(['warn', 'queue closed while work runs', { kind: 'evaluate', running: 1 }]);
      release();
    });
  });
}

async function drain(queue: TicketQueue, kind: TicketKind): Promise<void> {
  if ((await queue.waiting(kind)) === 0) return;
  queue.consume(kind, { slots: 8, work: () => Promise.resolve(false) });
  await until(async () => (await queue.waiting(kind)) === 0);
}
