import { describeAccept } from './accept-contract.js';
import { describeClaim } from './claim-contract.js';
import { describeDecide } from './decide-contract.js';
import { describeDeliver } from './deliver-contract.js';
import { describeFairness } from './fairness-contract.js';
import { StoreDriver, type StoreHarness } from './store-harness.js';

/**
 * The contract of `HookStore`, `ScheduleStore` and `TaskStore`, for every implementation.
 * @param makeHarness is called before each test and gives stores that hold no task result.
 */
export function describeStores(name: string, makeHarness: () => Promise<StoreHarness>): void {
  describe(name, () => {
    let driver: StoreDriver | null = null;
    const current = (): StoreDriver => {
      if (driver === null) throw new Error('there is a driver only while a test runs');
      return driver;
    };

    beforeEach(async () => {
      driver = new StoreDriver(await makeHarness());
    });

    afterEach(async () => {
      await driver?.harness.close();
      driver = null;
    });

    describeAccept(current);
    describeClaim(current);
    describeFairness(current);
    describeDecide(current);
    describeDeliver(current);
  });
}
