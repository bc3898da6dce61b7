import { grantsOf, isOpenOrigin, originStateOf, type OriginRecord } from './origin.js';

const HCP = 'https://app.terraform.io';
const open = { origins: [HCP, 'https://app.eu.terraform.io', 'https://tfe.example:8443'] };
const record = (changes: Partial<OriginRecord> = {}): OriginRecord => ({
  origin: 'https://own.example',
  state: 'approved',
  privateRanges: ['10.0.0.0/8'],
  caBundle: 'pem',
  ...changes,
});

it.each([
  [HCP, true],
  ['https://archivist.terraform.io', true],
  ['https://app.eu.terraform.io', true],
  ['https://archivist.eu.terraform.io', true],
  ['https://tfe.example:8443', true],
  ['https://tfe.example', false],
  ['https://archivist.example', false],
  ['http://app.terraform.io', false],
  ['https://app.terraform.io:8443', false],
  ['https://app.terraform.io.evil.example', false],
  ['http://127.0.0.1:4000', false],
])('%s is open to every organization: %s', (origin, isOpen) => {
  expect(isOpenOrigin(origin, open)).toBe(isOpen);
});

it('goes by what is recorded, and a refusal goes before what is open', () => {
  expect(originStateOf(HCP, null, open)).toBe('approved');
  expect(originStateOf(HCP, 'refused', open)).toBe('refused');
  expect(originStateOf(HCP, 'pending', open)).toBe('approved');
  expect(originStateOf('https://own.example', null, open)).toBe('pending');
  expect(originStateOf('https://own.example', 'approved', open)).toBe('approved');
  expect(originStateOf('https://own.example', 'pending', open)).toBe('pending');
});

it('grants what was approved with its ranges and its authority, and what is open without any', () => {
  const records = [record(), record({ origin: 'https://asked.example', state: 'pending' }), record({ origin: HCP })];
  const wanted = [HCP, HCP, 'https://own.example', 'https://asked.example', 'https://unknown.example'];
  expect(grantsOf(wanted, records.slice(0, 2), open)).toEqual([
    { origin: HCP, privateRanges: [], caBundle: null },
    { origin: 'https://own.example', privateRanges: ['10.0.0.0/8'], caBundle: 'pem' },
  ]);
  expect(grantsOf([HCP], records, open)).toEqual([{ origin: HCP, privateRanges: ['10.0.0.0/8'], caBundle: 'pem' }]);
});

it('grants nothing that was recorded before a refusal or an open question', () => {
  for (const state of ['refused', 'pending'] as const)
    expect(grantsOf(['https://own.example'], [record({ state })], open)).toEqual([]);
  // What an operator wrote beside an undecided origin counts once he decides, not before.
  expect(grantsOf([HCP], [record({ origin: HCP, state: 'pending' })], open)).toEqual([
    { origin: HCP, privateRanges: [], caBundle: null },
  ]);
});
