import { isSameAddress, judgeAddress, parseRanges } from './address.js';

const everything = parseRanges(['10.0.0.0/8', '100.64.0.0/10', 'fc00::/7', '0.0.0.0/0', '::/0']);
const closed = { granted: [], bounds: everything, loopback: false };
const unbounded = { granted: everything, bounds: [], loopback: false };
const open = { granted: everything, bounds: everything, loopback: false };

/** Refused without a grant, and with every grant that can be written. */
const NEVER = [
  '127.0.0.1', '127.1', '127.0.1', '127.255.255.254', '0x7f.1', '0x7f000001', '0177.0.0.1', '017700000001', '2130706433',
  '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1', '::7f00:1', '::ffff:0:127.0.0.1',
  '64:ff9b::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '2002:7f00:1::', '2002:7f00:0001::1',
  '2001:0:4136:e378:8000:63bf:80ff:fffe', '2001:0:7f00:1:8000:63bf:f7f7:f7f7',
  '0.0.0.0', '0', '0.1.2.3', '::', '::ffff:0.0.0.0', '::ffff:0:0',
  '169.254.169.254', '169.254.0.1', '0xa9fea9fe', '2852039166', '169.254.170.2', '::ffff:169.254.169.254',
  '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::', 'fe80::1', 'fe80::a9fe:a9fe', 'febf::1', 'fe80::1%eth0', 'fec0::1',
  'fd00:ec2::254', 'fd00:ec2::23', 'fd00:ec2:0:0:0:0:0:254', 'fd20:ce::254', 'fd00:42::42',
  '100.100.100.200', '::ffff:100.100.100.200', '64:ff9b::6464:64c8', '168.63.129.16', '::ffff:a83f:8110', '192.0.0.192',
  '224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1', '255.255.255.255', '240.0.0.1', '192.0.0.1', '192.0.2.1',
  '198.18.0.1', '198.51.100.1', '203.0.113.1', '192.88.99.1', '2001:db8::1', '3fff::1', '100::1', '2001:2::1', '5f00::1',
  '2001:20::1', '::2', '1::1', '4000::1', 'localhost', '', 'x', '1.2.3.4.5', '256.1.1.1', '[::1]', '127.0.0.1:80', '8.8.8.8/8',
]; // prettier-ignore

/** Refused without a grant, reachable with one. */
const PRIVATE = [
  '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '0xa.1', '012.0.0.1', '167772161', '100.64.0.1', '100.127.255.255',
  'fc00::1', 'fd12:3456::1', '::ffff:10.0.0.1', '::ffff:a00:1', '64:ff9b::a00:1', '2002:a00:1::', '::ffff:0:10.0.0.1',
]; // prettier-ignore

const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '172.32.0.1',
  '172.15.0.1',
  '2606:4700::1111',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
  '2002:808:808::1',
];

it('knows at least 60 spellings', () => {
  expect(NEVER.length + PRIVATE.length).toBeGreaterThanOrEqual(60);
});

it.each(NEVER)('refuses %s whatever is granted', (address) => {
  expect(judgeAddress(address, closed).allowed).toBe(false);
  expect(judgeAddress(address, open).allowed).toBe(false);
});

it.each(PRIVATE)('refuses %s unless its range is granted, within what can be granted', (address) => {
  expect(judgeAddress(address, closed)).toMatchObject({
    allowed: false,
    reason: expect.stringContaining('private') as string,
  });
  expect(judgeAddress(address, unbounded)).toMatchObject({
    allowed: false,
    reason: expect.stringContaining('RUNGATE_EGRESS_CIDRS') as string,
  });
  expect(judgeAddress(address, open).allowed).toBe(true);
});

it.each(PUBLIC)('allows %s', (address) => {
  expect(judgeAddress(address, closed)).toEqual({ allowed: true, loopback: false });
});

it('grants a range and nothing beside it', () => {
  const granted = { granted: parseRanges(['10.20.0.0/16']), bounds: everything, loopback: false };
  expect(judgeAddress('10.20.255.255', granted).allowed).toBe(true);
  expect(judgeAddress('10.21.0.0', granted).allowed).toBe(false);
  expect(judgeAddress('::ffff:10.21.0.0', granted).allowed).toBe(false);
  expect(judgeAddress('fd00::1', granted).allowed).toBe(false);
});

it.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])(
  'allows %s where loopback is allowed, and says that it is',
  (address) => {
    expect(judgeAddress(address, { granted: [], bounds: [], loopback: true })).toEqual({
      allowed: true,
      loopback: true,
    });
  },
);

it.each(['0.0.0.0', '::', '169.254.169.254', '10.0.0.1', 'fe80::1'])('does not take %s for loopback', (address) => {
  expect(judgeAddress(address, { granted: [], bounds: [], loopback: true }).allowed).toBe(false);
});

it('refuses a range that is none', () => {
  expect(() => parseRanges(['10.0.0.0'])).toThrow('no address range');
});

it('compares addresses, not their spelling', () => {
  expect(isSameAddress('::ffff:10.0.0.1', '10.0.0.1')).toBe(true);
  expect(isSameAddress('10.0.0.1', '10.0.0.2')).toBe(false);
  expect(isSameAddress('localhost', 'localhost')).toBe(false);
});
