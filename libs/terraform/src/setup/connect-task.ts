import { plain, plainText, type ConnectChange, type ConnectField, type ConnectRequest } from '@rungate/run-task';
import { changesBetween, type Fields } from './changes.js';
import { documents, type Task } from './documents.js';
import { SetupError } from './setup-error.js';
import type { TerraformApi } from './terraform-api.js';

/** Characters of a value that was there before. */
const SHOWN_LIMIT = 500;

/** Makes the run task, or brings it to its desired state. @throws SetupError */
export async function connectTask(api: TerraformApi, request: ConnectRequest): Promise<ConnectChange> {
  const found = await findTask(api, request);
  const fields = [
    ...changesBetween(found === null ? {} : fieldsOf(found), desired(request)),
    ...keyField(request, found),
  ];
  const id = await write(api, request, { found, fields });
  const change = found === null ? 'created' : fields.length === 0 ? 'unchanged' : 'changed';
  return { target: 'run-task', name: request.task.name, id, change, fields, problem: null };
}

/** By its address, which is nobody else's; else by its name. */
async function findTask(api: TerraformApi, request: ConnectRequest): Promise<Task | null> {
  const { terraformOrganization, task, adopt } = request;
  let namesake: Task | null = null;
  for await (const each of api.list(
    `/organizations/${encodeURIComponent(terraformOrganization)}/tasks`,
    documents.tasks,
  )) {
    if (each.attributes.url === task.url) return each;
    if (each.attributes.name === task.name) namesake = each;
  }
  if (namesake === null || adopt) return namesake;
  const remedy = 'Set adopt to take it over, or rename it there.';
  throw new SetupError(
    'refused',
    plain`A run task ${task.name} is there already, and calls another address. ${remedy}`,
  );
}

function desired({ task, scope, stages, enforcement }: ConnectRequest): Fields {
  const { name, url, description } = task;
  const everywhere = { global: true, stages: [...stages].sort(), enforcement };
  return { name, url, description, enabled: true, ...(scope.kind === 'global' ? everywhere : {}) };
}

function fieldsOf({ attributes }: Task): Fields {
  const global = attributes['global-configuration'];
  return {
    name: shown(attributes.name),
    url: shown(attributes.url),
    description: shown(attributes.description),
    enabled: attributes.enabled,
    global: global?.enabled ?? false,
    stages: [...(global?.stages ?? [])].sort(),
    enforcement: global?.['enforcement-level'] ?? null,
  };
}

/** Texts of ours pass unchanged; of others' no more is passed on than a person needs. */
function shown(text: string | null | undefined): string | null {
  return typeof text === 'string' ? plainText(text, SHOWN_LIMIT) : null;
}

/** A key that Terraform has for this address is left as it is; what it has cannot be read. */
function keyField({ key, task }: ConnectRequest, found: Task | null): readonly ConnectField[] {
  if (found?.attributes.url === task.url && key.isKnownThere) return [];
  return [{ field: 'hmacKey', before: null, after: key.fingerprint }];
}

interface Wanted {
  readonly found: Task | null;
  readonly fields: readonly ConnectField[];
}

async function write(api: TerraformApi, request: ConnectRequest, { found, fields }: Wanted): Promise<string | null> {
  if (request.dryRun || (found !== null && fields.length === 0)) return found?.id ?? null;
  const attributes = await attributesOf(request, new Set(fields.map(({ field }) => field)));
  if (found !== null) {
    await api.write({
      method: 'PATCH',
      path: `/tasks/${found.id}`,
      body: { data: { type: 'tasks', id: found.id, attributes } },
    });
    return found.id;
  }
  const path = `/organizations/${encodeURIComponent(request.terraformOrganization)}/tasks`;
  const body = { data: { type: 'tasks', attributes: { category: 'task', ...attributes } } };
  const { data } = await api.create(path, body, documents.task);
  return data.id;
}

async function attributesOf(request: ConnectRequest, changed: ReadonlySet<string>): Promise<object> {
  const { task, key, stages, enforcement } = request;
  const isGlobal = ['global', 'stages', 'enforcement'].some((field) => changed.has(field));
  return {
    ...(changed.has('name') ? { name: task.name } : {}),
    ...(changed.has('url') ? { url: task.url } : {}),
    ...(changed.has('description') ? { description: task.description } : {}),
    ...(changed.has('enabled') ? { enabled: true } : {}),
    ...(changed.has('hmacKey') ? { 'hmac-key': await key.open() } : {}),
    ...(isGlobal ? { 'global-configuration': { enabled: true, stages, 'enforcement-level': enforcement } } : {}),
  };
}
