import { closeSync, openSync, writeSync } from 'node:fs';

/** What to write. */
export interface LargePlan {
  /** A new file. */
  readonly path: string;
  /** Size of the plan, bytes; reached within one resource. */
  readonly bytes: number;
  /** The same seed and size give the same file. */
  readonly seed?: number;
}

const FLUSH_AT = 2 ** 20;
/** A third of a plan is `planned_values`, half is `resource_changes`, the rest `configuration`: as Terraform's are. */
const ACTIONS = ['create', 'create', 'create', 'update', 'no-op', 'no-op', 'replace', 'delete'] as const;
type Kind = (typeof ACTIONS)[number];

/**
 * Writes a plan of any size, a piece at a time, in the shape that `terraform show -json` prints: nested attributes, embedded
 * policies, unknown and sensitive values. Returns how many resources it changes, by action.
 */
export function writeLargePlan({ path, bytes, seed = 1 }: LargePlan): Readonly<Record<Kind, number>> {
  const counts = { create: 0, update: 0, 'no-op': 0, replace: 0, delete: 0 };
  const out = new Pieces(path);
  const total = resourcesFor(bytes, seed);
  const each = (open: string, piece: (index: number) => string | null, close: string): void => {
    out.write(open);
    let separator = '';
    for (let index = 0; index < total; index++) {
      const text = piece(index);
      if (text === null) continue;
      out.write(separator + text);
      separator = ',';
    }
    out.write(close);
  };
  out.write('{"format_version":"1.2","terraform_version":"1.11.4","variables":{"region":{"value":"eu-central-1"}},');
  each('"planned_values":{"root_module":{"resources":[', (index) => plannedText(resource(index, seed)), ']}},');
  each(
    '"resource_changes":[',
    (index) => {
      const one = resource(index, seed);
      counts[one.kind]++;
      return changeText(one);
    },
    '],',
  );
  each(
    '"configuration":{"root_module":{"resources":[',
    (index) => configurationText(resource(index, seed)),
    ']}},"complete":true,"applyable":true,"errored":false}\n',
  );
  out.end();
  return counts;
}

interface Resource {
  readonly address: string;
  readonly kind: Kind;
  readonly values: Readonly<Record<string, unknown>>;
  readonly sensitive: Readonly<Record<string, unknown>>;
}

/** Sizes vary little, so a sample says how many are needed. */
function resourcesFor(bytes: number, seed: number): number {
  const sample = 500;
  let length = 0;
  for (let index = 0; index < sample; index++) {
    const one = resource(index, seed);
    const texts = [plannedText(one) ?? '', changeText(one), configurationText(one)];
    length += Buffer.byteLength(texts.join(','));
  }
  return Math.max(1, Math.round((bytes * sample) / length));
}

function resource(index: number, seed: number): Resource {
  const random = seededRandom(seed * 1_000_003 + index);
  const hex = (length: number): string => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  const kind = ACTIONS[Math.floor(random() * ACTIONS.length)] ?? 'create';
  const tags = { Name: `node-${index}`, Owner: random() < 0.2 ? 'Größe' : 'platform', CostCenter: `cc-${index % 50}` };
  if (index % 4 === 0) {
    const values = { identifier: `db-${index}`, engine: 'postgres', password: `pw-${hex(24)}`, port: 5_432, tags };
    return { address: `aws_db_instance.r${index}`, kind, values, sensitive: { password: true } };
  }
  if (index % 4 === 1) {
    const statement = (number: number) => ({
      Sid: `S${number}`,
      Effect: 'Allow',
      Resource: `arn:aws:s3:::${hex(12)}/*`,
    });
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [1, 2, 3].map(statement) });
    return { address: `aws_iam_policy.r${index}`, kind, values: { name: `p-${index}`, policy, tags }, sensitive: {} };
  }
  const rules = Array.from({ length: 1 + (index % 9) }, (_, number) => ({
    cidr_blocks: [`10.${number}.${index % 250}.0/24`],
    from_port: 443,
    protocol: 'tcp',
    self: false,
  }));
  const values = { name: `sg-${index}`, vpc_id: `vpc-${hex(17)}`, ingress: rules, revoke_rules_on_delete: null, tags };
  return { address: `aws_security_group.r${index}[${index % 7}]`, kind, values, sensitive: {} };
}

function plannedText({ address, kind, values, sensitive }: Resource): string | null {
  if (kind === 'delete') return null;
  return JSON.stringify({ ...place(address), schema_version: 1, values, sensitive_values: sensitive });
}

function changeText({ address, kind, values, sensitive }: Resource): string {
  const before = kind === 'create' ? null : { ...values, id: `id-${address}` };
  return JSON.stringify({
    ...place(address),
    change: {
      actions: kind === 'replace' ? ['delete', 'create'] : [kind],
      before,
      after: kind === 'delete' ? null : values,
      after_unknown: kind === 'create' || kind === 'replace' ? { arn: true, id: true } : {},
      before_sensitive: before === null ? false : sensitive,
      after_sensitive: kind === 'delete' ? false : sensitive,
      ...(kind === 'replace' ? { replace_paths: [['name']] } : {}),
    },
  });
}

function configurationText({ address, values }: Resource): string {
  const expressions = Object.keys(values).map((name) => [name, { references: [`var.${name}`] }] as const);
  return JSON.stringify({ ...place(address), expressions: Object.fromEntries(expressions), schema_version: 1 });
}

function place(address: string) {
  const [type = '', name = ''] = address.split('.');
  return { address, mode: 'managed', type, name: name.replace(/\[.*$/, ''), provider_name: 'example/aws' };
}

/** mulberry32: the same numbers for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A file that is written a megabyte at a time. */
class Pieces {
  private readonly fd: number;
  private pieces: string[] = [];
  private length = 0;

  constructor(path: string) {
    this.fd = openSync(path, 'wx', 0o600);
  }

  write(piece: string): void {
    this.pieces.push(piece);
    this.length += piece.length;
    if (this.length >= FLUSH_AT) this.flush();
  }

  end(): void {
    this.flush();
    closeSync(this.fd);
  }

  private flush(): void {
    const bytes = Buffer.from(this.pieces.join(''));
    for (let written = 0; written < bytes.length;) written += writeSync(this.fd, bytes, written);
    this.pieces = [];
    this.length = 0;
  }
}
