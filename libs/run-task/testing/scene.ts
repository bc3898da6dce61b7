import {
  allowances,
  claim,
  type Check,
  type DeadlineProfile,
  type Lease,
  type RequestFacts,
  type Verdict,
} from '../src/index.js';
import { aCheck, aHook, aRequest } from './builders.js';
import { InMemoryStore } from './in-memory-store.js';
import type { Row } from './rows.js';

/** What is unusual about a scene. */
export interface SceneSettings {
  readonly checks?: readonly Check[];
  readonly onTimeout?: Verdict;
  readonly deadlineProfile?: DeadlineProfile;
  readonly facts?: Partial<RequestFacts>;
  readonly planJsonUrl?: string | null;
}

/** One organization with one run task, and a task result recorded for it. */
export class TaskResultScene {
  readonly store = new InMemoryStore();
  readonly row: Row;

  constructor(settings: SceneSettings = {}) {
    const {
      checks = [aCheck()],
      onTimeout = 'failed',
      deadlineProfile = 'rolling',
      facts = {},
      planJsonUrl,
    } = settings;
    const hook = aHook({ deadlineProfile });
    this.store.addRunTask(hook, { checks, onTimeout, downloadOrigins: ['https://archivist.terraform.io'] });
    const { grant, ...request } = aRequest(facts);
    void this.store.hooks.recordTaskResult({
      id: 'task-result-1',
      hook,
      keyId: 'key-1',
      request: { ...request, grant: planJsonUrl === undefined ? grant : { ...grant, planJsonUrl } },
      bodyHash: 'a'.repeat(64),
      allowances: allowances(deadlineProfile),
    });
    this.row = this.store.row('task-result-1');
  }

  async lease(worker = 'worker-1'): Promise<Lease> {
    const [lease] = await claim(this.store.schedule, { worker, slots: 1 });
    if (lease === undefined) throw new Error('nothing to claim');
    return lease;
  }
}
