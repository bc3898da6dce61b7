/** The API over in-memory stores, asked without a socket: for its own tests. */
import type { Type } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { InjectOptions, LightMyRequestResponse as Response } from 'fastify';
import { checkProblems, type ConfigValidation } from '@rungate/checks';
import type { Log, TaskResultDetail } from '@rungate/run-task';
import {
  CountingIds,
  FixedClock,
  InMemoryApiTokenStore,
  InMemoryOrganizationStore,
  InMemoryRunTaskStore,
  InMemoryTaskResultReader,
} from '@rungate/run-task/testing';
import { ApiModule, fastifyOptions, type ApiOptions, type CatalogueEntry } from '../index.js';

export const TOKEN = 'a-bootstrap-token-of-the-tests-0123456789';

/** Stands in for the shipped catalogue: a plugin with one known key, for two stages. */
const GUARD: CatalogueEntry = {
  name: 'destructive-guard',
  version: '1.0.0',
  title: 'Destructive guard',
  summary: 'Stops what would be destroyed.',
  stages: ['post_plan', 'pre_apply'],
  configSchema: { type: 'object', properties: { protectedTypes: { type: 'array' } }, additionalProperties: false },
};

export interface Ask {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Start {
  readonly options?: Partial<ApiOptions>;
  readonly taskResults?: readonly TaskResultDetail[];
  /** Served beside the API's own. */
  readonly controllers?: readonly Type[];
}

/** An API that is asked without a socket; it remembers what it logged. */
export class ApiUnderTest {
  readonly logged: unknown[] = [];
  #app: NestFastifyApplication | null = null;

  async start({ options = {}, taskResults = [], controllers = [] }: Start = {}): Promise<this> {
    const api = ApiModule.register({ ...this.#options(taskResults), ...options });
    const imports = [{ ...api, controllers: [...(api.controllers ?? []), ...controllers] }];
    const module = await Test.createTestingModule({ imports }).compile();
    this.#app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(fastifyOptions), {
      logger: false,
    });
    await this.#app.init();
    return this;
  }

  async stop(): Promise<void> {
    await this.#app?.close();
  }

  /** Asks as the bootstrap principal, in JSON, for a path below `/api/v1`. */
  ask(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, { body, headers }: Ask = {}): Promise<Response> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    return this.inject({
      method,
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${TOKEN}`, ...json, ...headers },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  inject(options: InjectOptions): Promise<Response> {
    if (this.#app === null) throw new Error('the API was not started');
    return this.#app.inject(options);
  }

  #options(taskResults: readonly TaskResultDetail[]): ApiOptions {
    const clock = new FixedClock();
    const ids = new CountingIds();
    const organizations = new InMemoryOrganizationStore(clock, ids);
    return {
      organizations,
      apiTokens: new InMemoryApiTokenStore((id) => organizations.slugOf(id), clock, ids),
      runTasks: new InMemoryRunTaskStore(clock, ids),
      taskResults: new InMemoryTaskResultReader(taskResults),
      catalogue: () => [GUARD],
      checkProblems: (checks) => checkProblems(checks, { entries: () => [GUARD], validate: onlyProtectedTypes }),
      bootstrapToken: TOKEN,
      requestsPerSecond: 100_000,
      publicUrl: 'https://rungate.example.com/',
      cursorKey: new Uint8Array(32).fill(7),
      development: false,
      log: this.#log(),
    };
  }

  #log(): Log {
    const note = (moment: string, fields: unknown): void => void this.logged.push([moment, fields]);
    return { info: note, warn: note, error: note };
  }
}

function onlyProtectedTypes(_use: string, config: Readonly<Record<string, unknown>>): ConfigValidation {
  const unknown = Object.keys(config).filter((key) => key !== 'protectedTypes');
  if (unknown.length === 0) return { ok: true, config };
  return { ok: false, problems: unknown.map((key) => ({ pointer: `/${key}`, message: 'Is not known.' })) };
}

/** Pointers of a problem's faults. */
export function pointers(response: Response): readonly string[] {
  const { errors } = response.json<{ errors?: readonly { pointer: string }[] }>();
  return (errors ?? []).map(({ pointer }) => pointer);
}
