import type { SimulatorClock } from '../clock.js';
import { SimulatorError } from '../errors.js';
import { randomId, stableId } from '../identifiers.js';
import { Organization, type Task, type Workspace } from './organization.js';
import { ApiToken, type TokenOptions } from './token.js';

/** How to make an organization; only its name has no default. */
export interface OrganizationOptions {
  readonly name: string;
  /** Names of its workspaces; none. */
  readonly workspaces?: readonly string[] | undefined;
  /** Whether its edition has global run tasks; true. */
  readonly globalRunTasks?: boolean | undefined;
}

/** One request to the API of organizations, as it was answered. It holds no token and no key. */
export interface ApiRequestRecord {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** All organizations of one simulator, and the tokens that reach into them. */
export class Organizations {
  readonly requests: ApiRequestRecord[] = [];
  readonly #organizations = new Map<string, Organization>();
  readonly #tokens = new Map<string, ApiToken>();

  constructor(private readonly clock: SimulatorClock) {}

  /** Makes an organization, or adds workspaces to it. */
  ensure({ name, workspaces = [], globalRunTasks = true }: OrganizationOptions): Organization {
    const organization = this.#organizations.get(name) ?? new Organization(name, globalRunTasks);
    this.#organizations.set(name, organization);
    for (const workspace of workspaces) {
      // A workspace has the same id in the requests of its runs.
      const id = stableId('ws', `${name}/${workspace}`);
      organization.workspaces.set(id, { id, organization: name, name: workspace });
    }
    return organization;
  }

  /** @throws SimulatorError `unknown_organization` */
  createToken(options: TokenOptions): ApiToken {
    const { name } = this.require(options.organization);
    const token = new ApiToken({ ...options, organization: name }, this.clock);
    this.#tokens.set(token.value, token);
    return token;
  }

  token(value: string): ApiToken | undefined {
    return this.#tokens.get(value);
  }

  find(name: string): Organization | undefined {
    return this.#organizations.get(name);
  }

  /** @throws SimulatorError `unknown_organization` */
  require(name: string): Organization {
    const organization = this.#organizations.get(name);
    if (organization !== undefined) return organization;
    throw new SimulatorError('unknown_organization', `There is no organization ${name}.`);
  }

  all(): readonly Organization[] {
    return [...this.#organizations.values()];
  }

  workspace(id: string): Workspace | undefined {
    return this.all().flatMap(({ workspaces }) => workspaces.get(id) ?? [])[0];
  }

  task(id: string): Task | undefined {
    return this.all().flatMap(({ tasks }) => tasks.get(id) ?? [])[0];
  }

  /** An id and the moments of a new row. */
  newRow(prefix: 'task' | 'wstask'): { readonly id: string; readonly createdAt: string; readonly updatedAt: string } {
    const now = this.now();
    return { id: randomId(prefix), createdAt: now, updatedAt: now };
  }

  now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
