import { TemporaryFiles } from '../testing/index.js';
import { SCANNER_LIMITS } from './json-scanner.js';
import { PlanError } from './plan-error.js';
import { indexPlan, readList, readMember, type PlanMember } from './plan-index.js';

const files = new TemporaryFiles();
afterAll(() => {
  files.remove();
});

const isList = (name: string): boolean => name === 'resource_changes';

/** Every member of a document, read back from its places. */
function read(content: unknown, limits: { chunkBytes?: number; depth?: number } = {}): ReadonlyMap<string, unknown> {
  const file = files.write(content);
  const members = indexPlan(file, isList, { ...SCANNER_LIMITS, ...limits });
  return new Map([...members].map(([name, member]) => [name, readMember(file, member)]));
}

function codeOf(content: unknown, limits: Parameters<typeof read>[1] = {}): string {
  try {
    read(content, limits);
    return 'read';
  } catch (cause) {
    return cause instanceof PlanError ? cause.code : String(cause);
  }
}

describe('indexPlan', () => {
  it('notes where lists and other members stand, so that they can be read alone', () => {
    const file = files.write('{"format_version":"1.2", "resource_changes":[{"a":1} , {"b":"\\"]}"}],"x":{}}');
    const members = indexPlan(file, isList);
    expect(members.get('format_version')).toEqual({ kind: 'value', span: { from: 18, to: 23 } });
    expect([...readList(file, asList(members.get('resource_changes')))]).toEqual([{ a: 1 }, { b: '"]}' }]);
  });

  it('cuts a long list into runs of whole elements', () => {
    const changes = Array.from({ length: 5_000 }, (_, n) => ({ n, text: 'x'.repeat(n % 60) }));
    const file = files.write({ resource_changes: changes });
    const list = asList(indexPlan(file, isList).get('resource_changes'));
    expect(list.runs.length).toBeGreaterThan(3);
    expect([...readList(file, list)]).toEqual(changes);
  });

  it('knows a member by its name, however it is written, and not by what looks like it elsewhere', () => {
    const members = read(
      '{"variables":{"resource_changes":[9],"s":"\\"resource_changes\\":[9]"},"resource\\u005fchanges":[1]}',
    );
    expect(members.get('resource_changes')).toEqual([1]);
  });

  it('keeps __proto__ a member like any other', () => {
    expect(read('{"__proto__":{"polluted":1}}').get('__proto__')).toEqual({ polluted: 1 });
    expect('polluted' in {}).toBe(false);
  });

  it.each([
    ['truncated', '{"resource_changes":[{"a":1},{"a"'],
    ['truncated', '{"planned_values":{"a":"x'],
    ['empty', ''],
    ['empty', ' \n '],
    ['not_an_object', '[]'],
    ['syntax', '{"resource_changes":[NaN]}'],
    ['syntax', '{"resource_changes":[1,]}'],
    ['syntax', '{"a":1}{"b":2}'],
    ['syntax', '{"planned_values":[{]},"a":1}'],
    ['duplicate_key', '{"resource_changes":[1],"resource\\u005fchanges":[2]}'],
    ['encoding', Buffer.concat([Buffer.from('{"resource_changes":["'), Buffer.from([0xff]), Buffer.from('"]}')])],
    ['not_an_object', Buffer.from('{"a":1}', 'utf16le').subarray(1)],
    ['too_deep', `{"resource_changes":[${'['.repeat(300)}${']'.repeat(300)}]}`],
    ['value_too_large', `{"resource_changes":["${'x'.repeat(33 * 2 ** 20)}"]}`],
    ['too_many_members', JSON.stringify(Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`m${n}`, n])))],
    ['read', '\uFEFF{"a":1}'],
    ['read', '{"resource_changes":null}'],
    ['read', '{"resource_changes":["\\ud800"]}'],
  ])('says %s', (code, content) => {
    expect(codeOf(content)).toBe(code);
  });

  it('looks at strings, brackets and depth of what nobody reads', () => {
    const index = (text: string) => () => indexPlan(files.write(text), isList);
    expect(index('{"planned_values":{"a":[1,"]"]},"b":true}')).not.toThrow();
    expect(index(`{"prior_state":${'{"a":'.repeat(300)}1${'}'.repeat(300)}}`)).toThrow('nested deeper than 256');
    expect(index('{"planned_values":{"a":[1}]}')).toThrow('brackets that do not match');
  });

  it('says that a plan is not there, or became shorter', () => {
    expect(() => indexPlan('/nonexistent/plan.json', isList)).toThrow('could not be opened');
    const file = files.write('{"a":1}');
    expect(() => readMember(file, { kind: 'value', span: { from: 5, to: 50 } })).toThrow('became shorter');
  });

  it('agrees with JSON.parse on any document, damaged or not, at any chunk size', () => {
    const random = generator(20_261_121);
    let accepted = 0;
    for (let round = 0; round < 4_000; round++) {
      const document = anyDocument(random);
      const bytes = random() < 0.5 ? damage(document, random) : document;
      const chunkBytes = pick(random, [1, 2, 3, 5, 16, 64, 2 ** 18]);
      accepted += agree(bytes, chunkBytes) ? 1 : 0;
    }
    expect(accepted).toBeGreaterThan(1_000);
  });
});

/** Checks one document against JSON.parse; whether both read it. */
function agree(bytes: Buffer, chunkBytes: number): boolean {
  const expected = attempt(() => JSON.parse(bytes.toString()) as unknown);
  const actual = attempt(() => read(bytes, { chunkBytes, depth: 64 }));
  if (!actual.ok) {
    const isStricter = actual.code === 'duplicate_key' || actual.code === 'encoding' || actual.code === 'not_an_object';
    expect({ ok: expected.ok && !isStricter, text: bytes.toString() }).toMatchObject({ ok: false });
    return false;
  }
  expect({ ok: expected.ok, text: bytes.toString() }).toMatchObject({ ok: true });
  expect(actual.value).toEqual(expected.ok ? new Map(Object.entries(expected.value as object)) : null);
  return true;
}

function asList(member: PlanMember | undefined) {
  if (member?.kind !== 'list') throw new Error('this is no list');
  return member;
}

type Attempt<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly code: string };

function attempt<Value>(act: () => Value): Attempt<Value> {
  try {
    return { ok: true, value: act() };
  } catch (cause) {
    if (!(cause instanceof PlanError || cause instanceof SyntaxError)) throw cause;
    return { ok: false, code: cause instanceof PlanError ? cause.code : 'json' };
  }
}

/** mulberry32: the same documents on every machine. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick<Value>(random: () => number, values: readonly Value[]): Value {
  return values[Math.floor(random() * values.length)]!;
}

const ATOMS = [
  'a',
  '"',
  '\\',
  '\\"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'ü',
  '漢',
  '😀',
  '\0',
  '\n',
  '\ud800',
  '\u2028',
  '\uFFFD',
];

function anyText(random: () => number): string {
  return Array.from({ length: Math.floor(random() * 8) }, () => pick(random, ATOMS)).join('');
}

function anyValue(random: () => number, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 4 ? 4 : 6));
  if (kind === 0) return anyText(random);
  if (kind === 1) return (random() - 0.5) * 10 ** Math.floor(random() * 20);
  if (kind === 2) return pick(random, [true, false, null]);
  if (kind === 3) return Math.floor(random() * 1e6);
  const length = Math.floor(random() * 4);
  if (kind === 4) return Array.from({ length }, () => anyValue(random, depth + 1));
  const entries = Array.from({ length }, () => [
    pick(random, [anyText(random), 'resource_changes', '__proto__']),
    anyValue(random, depth + 1),
  ]);
  return Object.fromEntries(entries) as unknown;
}

function anyDocument(random: () => number): Buffer {
  const names = ['format_version', 'resource_changes', 'planned_values', 'complete', 'x"y', '__proto__'];
  const members = names
    .filter(() => random() < 0.6)
    .map((name) => {
      const length = 1 + Math.floor(random() * 5);
      const isList = name === 'resource_changes';
      const value = isList ? Array.from({ length }, () => anyValue(random, 1)) : anyValue(random, 0);
      return `${JSON.stringify(name)}${pick(random, ['', ' '])}:${JSON.stringify(value, null, pick(random, [0, 1, '\t']))}`;
    });
  return Buffer.from(
    `${pick(random, ['', ' '])}{${members.join(pick(random, [',', ' ,\n']))}}${pick(random, ['', '\n'])}`,
  );
}

function damage(document: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * document.length);
  const before = document.subarray(0, at);
  const byte = Buffer.from([pick(random, [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a, 0xff, 0x30, 0x20, 0x01])]);
  const after = pick(random, [
    Buffer.alloc(0),
    document.subarray(at + 1),
    Buffer.concat([byte, document.subarray(at)]),
    Buffer.concat([document.subarray(at, at + 20), document.subarray(at)]),
  ]);
  return Buffer.concat([before, after]);
}
