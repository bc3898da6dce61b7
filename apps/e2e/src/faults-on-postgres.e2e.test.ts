import { tellInCi } from './faults/tell-in-ci.js';

jest.setTimeout(240_000);

describe('faults, with the queue in Postgres', () => {
  tellInCi('postgres');
});
