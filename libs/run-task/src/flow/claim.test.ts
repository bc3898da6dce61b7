import { aHook, aRequest } from '../../testing/builders.js';
import { InMemoryStore } from '../../testing/in-memory-store.js';
import { allowances } from '../model/deadline.js';
import { claim } from './claim.js';

async function storeWith(count: number): Promise<InMemoryStore> {
  const store = new InMemoryStore();
  const hook = aHook();
  store.addRunTask(hook);
  for (let index = 0; index < count; index++) {
    const request = aRequest({ task_result_id: `taskrs-${index}` });
    const accepted = {
      id: store.ids.next(),
      hook,
      keyId: 'key-1',
      request,
      bodyHash: '',
      allowances: allowances('fixed'),
    };
    await store.hooks.recordTaskResult(accepted);
  }
  return store;
}

describe('claim', () => {
  it('takes as much as there are free slots', async () => {
    const { schedule } = await storeWith(3);
    expect(await claim(schedule, { worker: 'worker-1', slots: 2 })).toHaveLength(2);
    expect(await claim(schedule, { worker: 'worker-1', slots: 2 })).toHaveLength(1);
  });

  it('takes nothing without a free slot', async () => {
    const { schedule } = await storeWith(1);
    expect(await claim(schedule, { worker: 'worker-1', slots: 0 })).toEqual([]);
    expect(await schedule.backlog()).toEqual({ claimable: 1, deliverable: 0 });
  });
});
