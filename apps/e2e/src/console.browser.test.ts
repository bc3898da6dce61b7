import { describeJourneys } from './console/journeys.js';
import { describeLiveStream } from './console/live-stream.js';
import { describeRoles } from './console/roles.js';
import { describeSignIn } from './console/sign-in.js';
import { Stage } from './console/stage.js';
import { cleanUp } from './harness/cleanup.js';

jest.setTimeout(120_000);

describe('the console in a real browser', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
  });
  afterAll(cleanUp);
  afterEach(async () => {
    // Whatever a test is about: no request to another origin, no error in the console, no violation of its policy.
    expect(await stage.closed()).toEqual([]);
  });

  describeSignIn(() => stage);
  describeJourneys(() => stage);
  describeLiveStream(() => stage);
  describeRoles(() => stage);
});
