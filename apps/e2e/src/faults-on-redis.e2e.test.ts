import { describeWithRedis } from '@rungate/queue/testing';
import { tellInCi } from './faults/tell-in-ci.js';

jest.setTimeout(240_000);

describeWithRedis('faults, with the queue in Redis', () => {
  tellInCi('redis');
});
