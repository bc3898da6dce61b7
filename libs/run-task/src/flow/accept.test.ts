import { createHash, createHmac } from 'node:crypto';
import { HOOK_SECRET, aHook, aRequestBody } from '../../testing/builders.js';
import { InMemoryStore } from '../../testing/in-memory-store.js';
import { REGISTRATION_SHAPES, REQUEST_SHAPES } from '../../testing/requests.js';
import { RunTaskError } from '../errors.js';
import { hmacKey, type HmacKey } from '../model/signature.js';
import type { Hook, HookStore } from '../ports.js';
import { accept, type Accepted, type ArrivedRequest, type UrlRule } from './accept.js';

const sign = (body: string, secret = HOOK_SECRET): string => createHmac('sha512', secret).update(body).digest('hex');

const onOrigin: UrlRule = (url, origin) =>
  url.startsWith(`${origin}/`)
    ? { ok: true }
    : { ok: false, reason: 'The callback URL is not on the Terraform origin.' };

const HCP_ALONE = { origins: ['https://app.terraform.io'] };

/** One run task and everything that arrives at it. */
class Scene {
  readonly store: InMemoryStore;

  constructor({ hook = aHook(), limit }: { hook?: Hook; limit?: number } = {}) {
    this.store = new InMemoryStore(limit);
    this.store.addRunTask(hook);
  }

  accept(arrived: Partial<ArrivedRequest> & { readonly body?: string }, hooks: HookStore = this.store.hooks) {
    const body = arrived.body ?? JSON.stringify(aRequestBody());
    const { ids } = this.store;
    return accept(
      { hooks, ids, callbackAllowed: onOrigin, openOrigins: HCP_ALONE, timeScale: 1 },
      { hookId: 'hook-1', rawBody: Buffer.from(body), signature: sign(body), ...arrived },
    );
  }
}

/** A key that counts how often it was asked. */
function countingKey(key: HmacKey): HmacKey & { asked: number } {
  return {
    id: key.id,
    asked: 0,
    verify(rawBody, signature) {
      this.asked += 1;
      return key.verify(rawBody, signature);
    },
  };
}

describe('accept', () => {
  it.each(Object.entries(REQUEST_SHAPES))('records what is sent by %s', async (_, shape) => {
    const scene = new Scene();
    const body = JSON.stringify(shape);
    const accepted = await scene.accept({ body });
    expect(accepted).toMatchObject({ kind: 'recorded', organizationId: aHook().organizationId });
    const [row] = scene.store.rows.values();
    expect(accepted).toMatchObject({ taskResultId: row?.id });
    expect(row?.accepted).toMatchObject({ keyId: 'key-1', bodyHash: createHash('sha256').update(body).digest('hex') });
    expect(row?.accepted.allowances.profile).toBe('rolling');
  });

  it.each([
    [null, 'awaits the approval of an operator'],
    ['pending', 'awaits the approval of an operator'],
    ['refused', 'was refused by an operator'],
  ] as const)('refuses what it could not answer: the origin is %s', async (originState, why) => {
    const terraformOrigin = 'https://tfe.example.com';
    const scene = new Scene({ hook: aHook({ terraformOrigin, originState }) });
    const body = JSON.stringify(
      aRequestBody({ task_result_callback_url: `${terraformOrigin}/api/v2/task-results/5ea8d46c/callback` }),
    );
    const accepted = await scene.accept({ body });
    expect(accepted).toMatchObject({ kind: 'refused', reason: 'origin_not_approved', pointer: null });
    expect(accepted).toMatchObject({ detail: expect.stringContaining(why) as string });
    expect(scene.store.rows.size).toBe(0);
    expect(scene.store.hooks.refusals).toMatchObject([{ reason: 'origin_not_approved' }]);
    const approved = new Scene({ hook: aHook({ terraformOrigin, originState: 'approved' }) });
    expect(await approved.accept({ body })).toMatchObject({ kind: 'recorded' });
  });

  it('answers a duplicate as a duplicate, and says whether its body was the same', async () => {
    const scene = new Scene();
    await scene.accept({});
    expect(await scene.accept({})).toMatchObject({ kind: 'duplicate', sameBody: true });
    const other = JSON.stringify(aRequestBody({ run_message: 'another' }));
    expect(await scene.accept({ body: other })).toMatchObject({ kind: 'duplicate', sameBody: false });
    expect(scene.store.rows.size).toBe(1);
  });

  it.each(Object.entries(REGISTRATION_SHAPES))('notes a registration and makes no work of it: %s', async (_, shape) => {
    const scene = new Scene();
    const { organizationId } = aHook();
    expect(await scene.accept({ body: JSON.stringify(shape) })).toEqual({ kind: 'registration', organizationId });
    expect(scene.store.hooks.registrations).toEqual([{ hookId: 'hook-1', keyId: 'key-1' }]);
    expect(scene.store.rows.size).toBe(0);
  });

  it('takes a registration wherever its callback would go: nothing is sent there', async () => {
    const shape = { ...REGISTRATION_SHAPES['since 2024'], task_result_callback_url: 'https://elsewhere.example/x' };
    expect(await new Scene().accept({ body: JSON.stringify(shape) })).toMatchObject({ kind: 'registration' });
  });

  it.each<[string, Partial<ArrivedRequest>]>([
    ['an unknown hook', { hookId: 'hook-2' }],
    ['no signature', { signature: undefined }],
    ['an empty signature', { signature: '' }],
    ['two signatures', { signature: [sign('{}'), sign('{}')] }],
    ['a signature of another key', { signature: sign(JSON.stringify(aRequestBody()), 'another secret') }],
    ['a signature over other bytes', { signature: sign('{}') }],
    ['a body that is not what was signed', { rawBody: Buffer.from('{"stage":') }],
  ])('refuses %s, and leaves no trace', async (_, arrived) => {
    const scene = new Scene();
    expect(await scene.accept(arrived)).toEqual({ kind: 'unauthorized' });
    expect(scene.store.rows.size).toBe(0);
    expect(scene.store.hooks.refusals).toEqual([]);
  });

  it('answers a suspended organization as an unknown hook, whatever is signed', async () => {
    for (const body of [JSON.stringify(aRequestBody()), '{"stage":', '{"access_token":"test-token"}']) {
      const scene = new Scene({ hook: aHook({ suspended: true }) });
      expect(await scene.accept({ body })).toEqual({ kind: 'unauthorized' });
      expect(scene.store.hooks.refusals).toEqual([]);
      expect(scene.store.hooks.registrations).toEqual([]);
    }
  });

  it('takes a request signed with any active key, and notes which', async () => {
    const scene = new Scene({ hook: aHook({ keys: [hmacKey('new', 'x'.repeat(32)), hmacKey('old', HOOK_SECRET)] }) });
    await scene.accept({});
    expect([...scene.store.rows.values()][0]?.accepted.keyId).toBe('old');
  });

  it('tries every key, so that time tells nothing about which one signed', async () => {
    const keys = [countingKey(hmacKey('a', HOOK_SECRET)), countingKey(hmacKey('b', 'y'.repeat(32)))];
    const scene = new Scene({ hook: aHook({ keys }) });
    await scene.accept({});
    await scene.accept({ signature: 'nonsense' });
    // The second is tried by the hook as it is remembered, then as it is.
    expect(keys.map(({ asked }) => asked)).toEqual([3, 3]);
  });

  it('cannot be signed for with the key that stands in for a missing one', async () => {
    const body = JSON.stringify(aRequestBody());
    const signature = sign(body, 'a hook that does not exist has no key');
    expect(await new Scene().accept({ hookId: 'hook-2', body, signature })).toEqual({ kind: 'unauthorized' });
    const keyless = new Scene({ hook: aHook({ keys: [] }) });
    expect(await keyless.accept({ body, signature })).toEqual({ kind: 'unauthorized' });
  });

  it.each<[string, string, Partial<Accepted>]>([
    ['not JSON', '{"stage":', { kind: 'refused', reason: 'not_json', pointer: null }],
    [
      'too deep',
      `${'['.repeat(65)}${']'.repeat(65)}`,
      { kind: 'refused', reason: 'not_json', detail: 'The body is nested deeper than 64.' },
    ],
    [
      'not a request',
      JSON.stringify(aRequestBody({ run_id: undefined })),
      { kind: 'refused', reason: 'not_a_request', pointer: '/run_id' },
    ],
    [
      'with a callback elsewhere',
      JSON.stringify(aRequestBody({ task_result_callback_url: 'https://evil.example/?secret=1' })),
      {
        kind: 'refused',
        reason: 'callback_off_origin',
        pointer: '/task_result_callback_url',
        detail: 'The callback URL is not on the Terraform origin.',
      },
    ],
  ])('refuses and notes what is signed, but %s', async (_, body, expected) => {
    const scene = new Scene();
    const accepted = await scene.accept({ body });
    expect(accepted).toMatchObject(expected);
    expect(scene.store.hooks.refusals).toHaveLength(1);
    expect(scene.store.hooks.refusals[0]).toMatchObject({
      hookId: 'hook-1',
      ...('reason' in accepted ? { reason: accepted.reason } : {}),
    });
    expect(scene.store.rows.size).toBe(0);
  });

  it('takes a plan that lies elsewhere: the checks that need it will say so', async () => {
    const body = JSON.stringify(aRequestBody({ plan_json_api_url: 'https://evil.example/plan' }));
    expect(await new Scene().accept({ body })).toMatchObject({ kind: 'recorded' });
  });

  it('says when the organization holds as much as it may', async () => {
    expect(await new Scene({ limit: 0 }).accept({})).toEqual({
      kind: 'over_limit',
      organizationId: aHook().organizationId,
    });
  });

  describe('with a hook that it remembers', () => {
    const other = 'another-secret-of-the-same-run-task';
    const changed: readonly (readonly [string, Hook, Parameters<Scene['accept']>[0], Partial<Accepted>])[] = [
      ['its version', aHook({ versionId: 'version-2' }), {}, { kind: 'recorded' }],
      ['its keys', aHook({ keys: [hmacKey('key-2', Buffer.from(other))] }), { signature: 'new' }, { kind: 'recorded' }],
      [
        'its keys, and the old one signed',
        aHook({ keys: [hmacKey('key-2', Buffer.from(other))] }),
        {},
        { kind: 'unauthorized' },
      ],
      ['its organization', aHook({ suspended: true }), {}, { kind: 'unauthorized' }],
      ['its origin', aHook({ originState: 'refused' }), {}, { kind: 'refused', reason: 'origin_not_approved' }],
    ];
    it.each(changed)('takes the changed hook when %s changed', async (_what, hook, { signature }, answer) => {
      const scene = new Scene();
      await scene.accept({ body: JSON.stringify(aRequestBody({ task_result_id: 'taskrs-before' })) });
      scene.store.addRunTask(hook);
      const body = JSON.stringify(aRequestBody());
      const signed = signature === 'new' ? { body, signature: sign(body, other) } : { body };
      expect(await scene.accept(signed)).toMatchObject(answer);
      const rows = [...scene.store.rows.values()].slice(1);
      expect(rows.map((row) => row.accepted.hook.versionId)).toEqual(
        answer.kind === 'recorded' ? [hook.versionId] : [],
      );
    });

    it('does not look for it again', async () => {
      const scene = new Scene();
      const findHook = jest.spyOn(scene.store.hooks, 'findHook');
      for (const id of ['taskrs-1', 'taskrs-2', 'taskrs-2']) {
        await scene.accept({ body: JSON.stringify(aRequestBody({ task_result_id: id })) });
      }
      expect(scene.store.rows.size).toBe(2);
      expect(findHook).toHaveBeenCalledTimes(1);
    });

    it('notes a registration and a refusal once', async () => {
      const scene = new Scene();
      await scene.accept({});
      await scene.accept({ body: JSON.stringify(Object.values(REGISTRATION_SHAPES)[0]) });
      await scene.accept({ body: '{' });
      expect(scene.store.hooks.registrations).toHaveLength(1);
      expect(scene.store.hooks.refusals).toHaveLength(1);
    });
  });

  it('is not sure of a run task that changes while it is read, and says so by throwing', async () => {
    const scene = new Scene();
    const stale: HookStore = Object.assign(Object.create(scene.store.hooks) as HookStore, {
      findHook: () => Promise.resolve(aHook({ versionId: 'version-0' })),
    });
    await expect(scene.accept({}, stale)).rejects.toThrow('in this very moment');
    expect(scene.store.rows.size).toBe(0);
  });

  it('answers as to a stranger when the key was revoked while the request was read', async () => {
    const scene = new Scene();
    const stale: HookStore = Object.assign(Object.create(scene.store.hooks) as HookStore, {
      findHook: () => Promise.resolve(aHook()),
    });
    scene.store.addRunTask(aHook({ keys: [] }));
    expect(await scene.accept({}, stale)).toEqual({ kind: 'unauthorized' });
  });

  it.each([new Error('no commit'), new RunTaskError('bad_transition', 'a bug')])(
    'throws when the store cannot commit, and refuses nothing: %s',
    async (error) => {
      const scene = new Scene();
      const broken: HookStore = Object.assign(Object.create(scene.store.hooks) as HookStore, {
        recordTaskResult: () => Promise.reject(error),
      });
      await expect(scene.accept({}, broken)).rejects.toBe(error);
      expect(scene.store.hooks.refusals).toEqual([]);
    },
  );
});
