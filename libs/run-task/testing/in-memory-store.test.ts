import { InMemoryHarness } from './in-memory-harness.js';
import { describeStores } from './store-contract.js';

describeStores('InMemoryStore', () => Promise.resolve(new InMemoryHarness()));
