import { after } from './deadline.js';
import type { CallbackAnswer } from './retry.js';
import { DELIVERY_SLOTS, Traffic, type Destination, type HostChange } from './traffic.js';

const NOON = new Date('2026-11-21T12:00:00.000Z');
const HOST = 'https://app.terraform.io';
const [ACME, GLOBEX, QUIET] = ['acme', 'globex', 'quiet'].map((organizationId) => ({ organizationId, origin: HOST }));

const status = (code: number): CallbackAnswer => ({ kind: 'status', status: code, retryAfterMs: null, title: null });
const noAnswer = (cause: Extract<CallbackAnswer, { kind: 'no_answer' }>['cause'], sent: boolean): CallbackAnswer => ({
  kind: 'no_answer',
  cause,
  sent,
  detail: 'x',
});

function send(traffic: Traffic, destination: Destination | undefined, answer: CallbackAnswer): HostChange | null {
  if (destination === undefined) throw new Error('nowhere');
  // As last attempts, so that an open breaker hides no further sign.
  const admission = traffic.admit(destination, { share: 'due', isLast: true }, NOON);
  if (admission.kind === 'held') throw new Error(admission.detail);
  return admission.ended(answer, NOON);
}

/** Who may send after so many answers to one organization, or to two. */
function whoPasses(answer: CallbackAnswer, ...senders: readonly (Destination | undefined)[]): readonly boolean[] {
  const traffic = new Traffic();
  for (let round = 0; round < 20; round++) for (const sender of senders) send(traffic, sender, answer);
  return [ACME, QUIET].map((destination) => {
    if (destination === undefined) return false;
    return traffic.admit(destination, { share: 'due', isLast: false }, NOON).kind === 'admitted';
  });
}

describe('what opens a breaker', () => {
  it.each<[string, CallbackAnswer, readonly boolean[], readonly boolean[]]>([
    ['500', status(500), [false, true], [false, false]],
    ['503', status(503), [false, true], [false, false]],
    ['no answer in time', noAnswer('timeout', true), [false, true], [false, false]],
    ['a certificate', noAnswer('certificate', false), [false, true], [false, false]],
    ['nobody listens', noAnswer('refused', false), [false, false], [false, false]],
    ['no such name', noAnswer('dns', false), [false, false], [false, false]],
    ['no connection in time', noAnswer('timeout', false), [false, false], [false, false]],
    ['a connection that breaks before the request', noAnswer('reset', false), [false, false], [false, false]],
    ['a connection that breaks after it', noAnswer('reset', true), [true, true], [true, true]],
    ['our own rule', noAnswer('forbidden', false), [true, true], [true, true]],
    ...[200, 302, 401, 404, 408, 409, 413, 422, 425, 429].map(
      (code): [string, CallbackAnswer, readonly boolean[], readonly boolean[]] => [
        `${code}`,
        status(code),
        [true, true],
        [true, true],
      ],
    ),
  ])('%s: for one organization, then for two', (_name, answer, byOne, byTwo) => {
    expect(whoPasses(answer, ACME)).toEqual(byOne);
    expect(whoPasses(answer, ACME, GLOBEX)).toEqual(byTwo);
  });
});

describe('traffic', () => {
  it('closes a host for one organization, then for all, and opens it for all with one success', () => {
    const traffic = new Traffic();
    const changes = [ACME, ACME, ACME, ACME, ACME, GLOBEX, GLOBEX].map((one) => send(traffic, one, status(500)));
    expect(changes.filter((change) => change !== null)).toEqual([
      { origin: HOST, organizationId: 'acme', failing: true },
      { origin: HOST, organizationId: null, failing: true },
    ]);
    expect(traffic.closures(NOON).failing).toEqual({ origins: [HOST], destinations: [ACME] });
    expect(send(traffic, QUIET, status(401))).toEqual({ origin: HOST, organizationId: null, failing: false });
    expect(traffic.closures(NOON).failing).toEqual({ origins: [], destinations: [] });
  });

  it('closes one host and no other of the organization', () => {
    const traffic = new Traffic();
    for (let round = 0; round < 9; round++) send(traffic, ACME, noAnswer('refused', false));
    const elsewhere = { organizationId: 'acme', origin: 'https://tfe.example' };
    expect(traffic.admit(elsewhere, { share: 'due', isLast: false }, NOON).kind).toBe('admitted');
  });

  it('does not let a storm of 401s of one organization close the host, nor a success of others end its own pause', () => {
    const traffic = new Traffic();
    for (let round = 0; round < 1_000; round++) send(traffic, ACME, status(401));
    expect(traffic.closures(NOON).failing).toEqual({ origins: [], destinations: [] });
    for (let round = 0; round < 5; round++) send(traffic, ACME, status(502));
    send(traffic, QUIET, status(200));
    expect(traffic.closures(NOON).failing).toEqual({ origins: [], destinations: [ACME] });
  });

  it('sends one request after the pause, and opens to the claim for no more than that', () => {
    const traffic = new Traffic();
    for (let round = 0; round < 5; round++) send(traffic, ACME, noAnswer('refused', false));
    const later = after(NOON, 5_000);
    expect(traffic.closures(later).failing.origins).toEqual([]);
    const admissions = [ACME, QUIET].map((one) => one && traffic.admit(one, { share: 'due', isLast: false }, later));
    expect(admissions).toEqual([
      expect.objectContaining({ kind: 'admitted' }),
      { kind: 'held', detail: `${HOST} fails for everybody` },
    ]);
    expect(traffic.closures(later).failing.origins).toEqual([HOST]);
  });

  it('keeps places for others, though last attempts pass an open breaker', () => {
    const traffic = new Traffic();
    for (let round = 0; round < 5; round++) send(traffic, ACME, noAnswer('timeout', false));
    const admit = (organizationId: string, origin: string): string =>
      traffic.admit({ organizationId, origin }, { share: 'due', isLast: true }, NOON).kind;
    const dead = Array.from({ length: 5_000 }, (_, n) => admit(`o-${n}`, HOST));
    expect(dead.filter((kind) => kind === 'admitted')).toHaveLength(DELIVERY_SLOTS / 2);
    expect(traffic.closures(NOON).busy).toEqual({ organizationIds: [], origins: [HOST] });
    const tarpits = Array.from({ length: 1_000 }, (_, n) => admit('tarpit', `https://${n}.example`));
    expect(tarpits.filter((kind) => kind === 'admitted')).toHaveLength(DELIVERY_SLOTS / 4);
    expect(admit('quiet', 'https://tfe.example')).toBe('admitted');
  });

  it('gives the place of an attempt back when it ends', () => {
    const traffic = new Traffic();
    for (let round = 0; round < 500; round++) expect(send(traffic, QUIET, status(200))).toBeNull();
    expect(traffic.closures(NOON).busy).toEqual({ organizationIds: [], origins: [] });
  });

  it('forgets hosts that it has not heard of for long', () => {
    const traffic = new Traffic();
    for (let round = 0; round < 5; round++) send(traffic, ACME, status(500));
    expect(traffic.closures(after(NOON, 601_000)).failing.destinations).toEqual([]);
    expect(traffic.admit(ACME ?? { organizationId: '', origin: '' }, { share: 'due', isLast: false }, NOON).kind).toBe(
      'admitted',
    );
  });
});
