import { mayMatchAddress } from './address-patterns.js';

const MASK = '(sensitive value)';

describe('mayMatchAddress', () => {
  it.each([
    ['aws_vpc.a', 'aws_vpc.a', true],
    ['aws_vpc.a', 'aws_vpc.a[0]', true],
    ['aws_vpc.a', 'aws_vpc.a["x"]', true],
    ['aws_vpc.a', 'aws_vpc.a["x\\"].b[\\"y"]', true],
    ['aws_vpc.a', 'aws_vpc.ab[0]', false],
    ['aws_vpc.a["x"]', 'aws_vpc.a["x"]', true],
    ['aws_vpc.a["x"]', 'aws_vpc.a["y"]', false],
    ['module.db', 'module.db["x"]', true],
    ['module.a.module.b.aws_vpc.c', 'module.a[0].module.b["k"].aws_vpc.c[1]', true],
    ['aws_vpc.b', 'aws_vpc.a["].aws_vpc.b["]', false],
    ['aws_vpc.a["x"]', `aws_vpc.a["${MASK}"]`, true],
    ['aws_vpc.b["x"]', `aws_vpc.a["${MASK}"]`, false],
  ])('%s means %s: %s', (pattern, address, expected) => {
    expect(mayMatchAddress([pattern], address)).toBe(expected);
  });

  it('takes a key of a megabyte', () => {
    expect(mayMatchAddress(['aws_vpc.a'], `aws_vpc.a["${'["'.repeat(500_000)}`)).toBe(false);
  });
});
