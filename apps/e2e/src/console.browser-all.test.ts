import { describeEverywhere } from './console/everywhere.js';
import { describeKeyboard } from './console/keyboard.js';
import { describeLoad } from './console/load.js';
import { describeMatrix } from './console/matrix.js';
import { populate, type Fly } from './console/populate.js';
import { describeSsoJourney } from './console/sso-journey.js';
import { Stage } from './console/stage.js';
import { cleanUp } from './harness/cleanup.js';

jest.setTimeout(600_000);

describe('the whole console in a real browser', () => {
  let stage: Stage;
  let fly: Fly;
  beforeAll(async () => {
    stage = await Stage.start();
    fly = await populate(stage);
  });
  afterAll(cleanUp);
  afterEach(async () => {
    expect(await stage.closed()).toEqual([]);
  });

  describeEverywhere(
    () => stage,
    () => fly(),
  );
  describeMatrix(() => stage);
  describeSsoJourney(() => stage);
  describeKeyboard(() => stage);
  describeLoad(() => stage);
});
