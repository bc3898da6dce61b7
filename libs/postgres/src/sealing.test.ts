import { inspect } from 'node:util';
import type { Grant } from '@rungate/run-task';
import { isNewest, newGrantDataKey, newHmacDataKey, rewrap } from './data-keys.js';
import { GrantOpener } from './grant-opener.js';
import { Keyring, PURPOSES } from './keyring.js';
import { MasterKeys, newMasterKey, parseMasterKeys } from './master-keys.js';
import {
  displayFingerprint,
  grantSeal,
  keyedFingerprints,
  openHmacSecret,
  sealGrant,
  sealHmacSecret,
} from './sealing.js';
import { Secret } from './secret.js';

const ORGANIZATION = '0190a000-0000-7000-8000-000000000001';
const OTHER = '0190a000-0000-7000-8000-000000000002';
const KEY = '0190a000-0000-7000-8000-00000000000a';

const keyText = newMasterKey();
const keyring = new Keyring(parseMasterKeys([keyText]), PURPOSES);

const GRANT: Grant = {
  accessToken: 'a-token',
  callbackUrl: 'https://app.terraform.io/api/v2/task-results/1/callback',
  planJsonUrl: null,
  configurationUrl: 'https://app.terraform.io/api/v2/configuration-versions/1/download',
};
const PLACE = {
  organizationId: ORGANIZATION,
  runTaskId: '0190a000-0000-7000-8000-000000000011',
  taskResultId: '0190a000-0000-7000-8000-000000000021',
  terraformOrigin: 'https://app.terraform.io',
};

describe('a sealed grant', () => {
  const dataKey = newGrantDataKey(keyring, ORGANIZATION, KEY);
  const seal = grantSeal(KEY, dataKey.publicKey);
  const sealed = sealGrant(seal, PLACE, GRANT);

  it('opens in its own row', () => {
    expect(new GrantOpener(keyring).open(dataKey, PLACE, sealed)).toEqual(GRANT);
  });

  it('opens again with one opener, which remembers what is dear', () => {
    const opener = new GrantOpener(keyring);
    expect(opener.open(dataKey, PLACE, sealed)).toEqual(GRANT);
    expect(opener.open(dataKey, PLACE, sealed)).toEqual(GRANT);
    const elsewhere = { ...PLACE, terraformOrigin: 'https://evil.example' };
    expect(() => opener.open(dataKey, elsewhere, sealed)).toThrow('belong to another row');
  });

  it('shows nothing of the token or the addresses', () => {
    expect(sealed.includes('a-token')).toBe(false);
    expect(sealed.includes('terraform.io')).toBe(false);
  });

  it('is different each time', () => {
    expect(sealGrant(seal, PLACE, GRANT).equals(sealed)).toBe(false);
  });

  it.each([
    ['organization', { organizationId: OTHER }],
    ['run task', { runTaskId: '0190a000-0000-7000-8000-000000000012' }],
    ['row', { taskResultId: '0190a000-0000-7000-8000-000000000022' }],
    ['Terraform origin', { terraformOrigin: 'https://evil.example' }],
  ])('does not open under another %s', (_what, change) => {
    expect(() => new GrantOpener(keyring).open(dataKey, { ...PLACE, ...change }, sealed)).toThrow(
      'belong to another row',
    );
  });

  it('does not open when any one byte was changed', () => {
    for (let index = 0; index < sealed.length; index++) {
      const tampered = Buffer.from(sealed);
      tampered.writeUInt8(tampered.readUInt8(index) ^ 1, index);
      expect(() => new GrantOpener(keyring).open(dataKey, PLACE, tampered)).toThrow(/Sealed bytes/);
    }
  });

  it('does not open with the data key of another organization, nor with that row under its name', () => {
    const other = newGrantDataKey(keyring, OTHER, KEY);
    expect(() => new GrantOpener(keyring).open(other, PLACE, sealed)).toThrow(/Sealed bytes/);
    expect(() => new GrantOpener(keyring).open({ ...other, organizationId: ORGANIZATION }, PLACE, sealed)).toThrow(
      /Sealed bytes/,
    );
  });

  it('can be sealed and not opened by a process that holds the purposes of ingress', () => {
    const ingress = new Keyring(parseMasterKeys([keyText]), ['hmac']);
    expect(() => new GrantOpener(ingress).open(dataKey, PLACE, sealGrant(seal, PLACE, GRANT))).toThrow(
      /no key for "grant"/,
    );
  });
});

describe('a sealed HMAC key', () => {
  const dataKey = newHmacDataKey(keyring, ORGANIZATION, KEY);
  const row = { organizationId: ORGANIZATION, runTaskId: PLACE.runTaskId, hmacKeyId: KEY };

  it('opens in its own row and in no other', () => {
    const sealed = sealHmacSecret(keyring, dataKey, row, 'grün');
    expect(openHmacSecret(keyring, dataKey, row, sealed)).toBe('grün');
    expect(() => openHmacSecret(keyring, dataKey, { ...row, runTaskId: OTHER }, sealed)).toThrow(/Sealed bytes/);
  });

  it('does not pass for a grant', () => {
    const sealed = sealHmacSecret(keyring, dataKey, row, 'secret');
    expect(() => new GrantOpener(keyring).open(dataKey, PLACE, sealed)).toThrow(/Sealed bytes/);
  });
});

describe('master keys', () => {
  it('open what an older one sealed, until that one is no longer listed', () => {
    const dataKey = newHmacDataKey(keyring, ORGANIZATION, KEY);
    const row = { organizationId: ORGANIZATION, runTaskId: PLACE.runTaskId, hmacKeyId: KEY };
    const sealed = sealHmacSecret(keyring, dataKey, row, 'secret');
    const newer = newMasterKey();
    const rotating = new Keyring(parseMasterKeys([newer, keyText]), PURPOSES);
    expect(openHmacSecret(rotating, dataKey, row, sealed)).toBe('secret');
    const rotated = new Keyring(parseMasterKeys([newer]), PURPOSES);
    expect(() => openHmacSecret(rotated, dataKey, row, sealed)).toThrow(/List that key in RUNGATE_ENCRYPTION_KEY/);
  });

  it('wrap a data key anew, and what it sealed opens as before, without the older one', () => {
    const hmac = newHmacDataKey(keyring, ORGANIZATION, KEY);
    const grant = newGrantDataKey(keyring, ORGANIZATION, KEY);
    const row = { organizationId: ORGANIZATION, runTaskId: PLACE.runTaskId, hmacKeyId: KEY };
    const secret = sealHmacSecret(keyring, hmac, row, 'secret');
    const sealed = sealGrant(grantSeal(KEY, grant.publicKey), PLACE, GRANT);
    const newer = newMasterKey();
    const rotating = new Keyring(parseMasterKeys([newer, keyText]), PURPOSES);
    expect([isNewest(rotating, hmac), isNewest(rotating, grant)]).toEqual([false, false]);
    const rotated = new Keyring(parseMasterKeys([newer]), PURPOSES);
    const again = { ...hmac, wrapped: rewrap(rotating, 'hmac', hmac) };
    expect(isNewest(rotated, again)).toBe(true);
    expect(openHmacSecret(rotated, again, row, secret)).toBe('secret');
    const grantAgain = { ...grant, wrapped: rewrap(rotating, 'grant', grant) };
    expect(new GrantOpener(rotated).open(grantAgain, PLACE, sealed)).toEqual(GRANT);
    expect(() => rewrap(rotating, 'hmac', { ...hmac, organizationId: OTHER })).toThrow(/belong to another row/);
  });

  it('find a fingerprint that an older one made', () => {
    const [before] = keyedFingerprints(keyring, 'secret');
    const rotating = new Keyring(parseMasterKeys([newMasterKey(), keyText]), PURPOSES);
    expect(keyedFingerprints(rotating, 'secret')[1]).toEqual(before);
    expect(keyedFingerprints(rotating, 'secret')[0]).not.toEqual(before);
  });

  it('are 32 bytes, and there is one', () => {
    expect(() => parseMasterKeys([])).toThrow(/openssl rand/);
    expect(() => parseMasterKeys([keyText, 'c2hvcnQ='])).toThrow(/Key 2 of RUNGATE_ENCRYPTION_KEY/);
  });

  it('print nothing of themselves', () => {
    const keys = new MasterKeys([new Secret(Buffer.from('0123456789abcdef0123456789abcdef'))]);
    const shown = `${inspect(keys, { depth: 9, showHidden: true })}${JSON.stringify(keys)}`;
    expect(shown).not.toContain('30 31 32');
    expect(shown).not.toContain('0123456789');
  });
});

test('the fingerprint that people see is the beginning of SHA-256', () => {
  expect(displayFingerprint('abc')).toBe('ba7816bf');
});

test('a secret prints as [secret] everywhere', () => {
  const secret = new Secret('canary');
  const shown = [
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect(secret, { showHidden: true }),
  ];
  for (const text of shown) {
    expect(text).toContain('[secret]');
    expect(text).not.toContain('canary');
  }
  expect(secret.reveal()).toBe('canary');
});
