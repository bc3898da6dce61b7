import { proxyFor } from './proxy.js';
import { urlOf } from '../testing/talk.js';

const proxy = { host: 'proxy.example', port: 3128, tls: false, credentials: null, exempt: [] };

it.each([
  ['*', 'https://tfe.example', true],
  ['tfe.example', 'https://tfe.example', true],
  ['TFE.example', 'https://tfe.example', true],
  ['.example', 'https://tfe.example', true],
  ['*.example', 'https://tfe.example', true],
  ['example', 'https://tfe.example', true],
  ['fe.example', 'https://tfe.example', false],
  ['tfe.example.', 'https://tfe.example', false],
  ['tfe.example:8443', 'https://tfe.example:8443', true],
  ['tfe.example:8443', 'https://tfe.example', false],
  ['10.0.0.0/8', 'https://10.1.2.3', true],
  ['10.0.0.0/8', 'https://11.1.2.3', false],
  ['10.0.0.0/8', 'https://tfe.example', false],
  ['10.1.2.3', 'https://10.1.2.3', true],
  ['10.1.2.3', 'https://10.1.2.4', false],
  ['fd00::1', 'https://[fd00::1]', true],
  ['[fd00::1]:443', 'https://[fd00::1]', true],
  ['fd00::/8', 'https://[fd00::1]', true],
  ['.', 'https://tfe.example', false],
  ['', 'https://tfe.example', false],
  ['::x', 'https://tfe.example', false],
])('NO_PROXY=%s leaves the proxy out for %s: %s', (entry, url, direct) => {
  expect(proxyFor(urlOf(`${url}/`), { ...proxy, exempt: [entry] }) === null).toBe(direct);
});

it('is for https alone', () => {
  expect(proxyFor(urlOf('https://tfe.example/'), proxy)).toBe(proxy);
  expect(proxyFor(urlOf('http://tfe.example:8080/'), proxy)).toBeNull();
  expect(proxyFor(urlOf('https://tfe.example/'), null)).toBeNull();
});
