import { callbackUrlAllowed, checkGrantUrls } from './grant-url.js';

const HCP = 'https://app.terraform.io';
const PATH = '/api/v2/task-results/5ea8d46c-2ceb-42cd-83f2-82e54697bddd/callback';
const production = { development: false };

it.each([
  [`${HCP}${PATH}`, HCP],
  [`${HCP}:443${PATH}`, HCP],
  [`${HCP}${PATH}?url_code=a/../b;c%2fd`, HCP],
  [`https://tfe.example:8443${PATH}`, 'https://tfe.example:8443'],
  [`https://10.1.2.3${PATH}`, 'https://10.1.2.3'],
])('allows %s on %s', (url, origin) => {
  expect(callbackUrlAllowed(url, origin, production)).toEqual({ ok: true });
});

it.each([
  `https://evil.example${PATH}`,
  `https://app.terraform.io.evil.example${PATH}`,
  `https://evil.example/${HCP}${PATH}`,
  `https://app.eu.terraform.io${PATH}`,
  `${HCP}:8443${PATH}`,
  `http://app.terraform.io${PATH}`,
  `https://app.terraform.io@evil.example${PATH}`,
  `https://app.terraform.io\\@evil.example${PATH}`,
  `${HCP}.${PATH}`,
  `${HCP}${PATH}#x`,
  `${HCP}/`,
  HCP,
  `${HCP}/api/v2/task-results/`,
  `${HCP}/api/v2/task-results`,
  `${HCP}/api/v2/task-results?x`,
  `${HCP}/api/v2/task-resultsx/y`,
  `${HCP}/api/v2/plans/plan-1/json-output`,
  `${HCP}/API/V2/task-results/x`,
  `${HCP}/x${PATH}`,
  `${HCP}/api/v2/task-results/../users/me`,
  `${HCP}/api/v2/users/../task-results/x`,
  `${HCP}/api/v2/task-results/./x`,
  `${HCP}/api/v2/task-results/..`,
  `${HCP}/api/v2/task-results/x/..`,
  `${HCP}/api/v2/task-results/%2e%2e/users`,
  `${HCP}/api/v2/task-results/%2E./users`,
  `${HCP}/api/v2/task-results/.%2e/users`,
  `${HCP}/api/v2/task-results/..%2fusers`,
  `${HCP}/api/v2/task-results%2fx`,
  `${HCP}/api/v2/task-results/x%2Fcallback`,
  `${HCP}/api/v2/task-results/x%5ccallback`,
  `${HCP}/api/v2/task-results/%252e%252e/users`,
  `${HCP}/api/v2/task-results/x%00`,
  `${HCP}/api/v2/task-results//x`,
  `${HCP}//api/v2/task-results/x`,
  `${HCP}/api//v2/task-results/x`,
  `${HCP}/api/v2/task-results/x;y=z`,
  `${HCP}/api/v2/task-results/..;/users`,
  `${HCP}/api/v2/task-results/x%3bjsessionid=1`,
  `${HCP}/api/v2/task-results/"x"`,
])('refuses %s', (url) => {
  const answer = callbackUrlAllowed(url, HCP, production);
  expect(answer.ok).toBe(false);
  expect(answer).not.toMatchObject({ reason: expect.stringMatching(/evil|5ea8/) as string });
});

it('allows http and any loopback port in development, on the origin alone', () => {
  const origin = 'http://127.0.0.1:4567';
  expect(callbackUrlAllowed(`${origin}${PATH}`, origin, { development: true })).toEqual({ ok: true });
  expect(callbackUrlAllowed(`http://127.0.0.1:4568${PATH}`, origin, { development: true }).ok).toBe(false);
  expect(callbackUrlAllowed(`${origin}${PATH}`, origin, production).ok).toBe(false);
});

it('refuses everything when the origin itself cannot be used', () => {
  expect(callbackUrlAllowed(`${HCP}${PATH}`, 'app.terraform.io', production).ok).toBe(false);
});

it('judges each URL of a grant by its own path', () => {
  const grant = {
    accessToken: 'x.atlasv1.y',
    callbackUrl: `${HCP}${PATH}`,
    planJsonUrl: `${HCP}/api/v2/plans/plan-6AFmRJW1PFJ7qbAh/json-output`,
    configurationUrl: `${HCP}/api/v2/configuration-versions/cv-ntv3HbhJqvFzamy7/download`,
  };
  expect(checkGrantUrls(grant, HCP, production)).toEqual({
    callback: { ok: true },
    plan: { ok: true },
    configuration: { ok: true },
  });
  expect(
    checkGrantUrls({ ...grant, planJsonUrl: grant.configurationUrl, configurationUrl: null }, HCP, production),
  ).toEqual({
    callback: { ok: true },
    plan: { ok: false, reason: 'does not lie below /api/v2/plans/' },
    configuration: null,
  });
});
