import type { Answer } from '../answer.js';
import { errorAnswer, jsonAnswer, type Problem } from '../json-api.js';
import { isLoopback } from '../hook-client.js';
import { sendRegistration } from '../registration.js';
import { NO_CONTENT, NOT_FOUND, reach, type Call } from './call.js';
import { documents, readDocument, type TaskAttributes } from './documents.js';
import type { GlobalConfiguration, Organization, Task } from './organization.js';
import { pageAnswer } from './page.js';
import { presentTask, presentWorkspaceTask } from './present.js';

/** `GET` and `POST /organizations/:name/tasks`. */
export async function handleTasks(call: Call, organizationName: string): Promise<Answer> {
  const organization = reach(call, organizationName, 'manage-run-tasks');
  if (organization === null) return NOT_FOUND;
  if (call.method === 'POST') return await createTask(call, organization);
  if (call.method !== 'GET') return NOT_FOUND;
  const all = [...organization.tasks.values()].map((task) => presentTask(organization, task));
  return pageAnswer(call.path, call.query, all);
}

/** `GET`, `PATCH` and `DELETE /tasks/:id`, and `GET /tasks/:id/relationships/workspace-tasks`. */
export async function handleTask(call: Call, id: string, relationship: string | undefined): Promise<Answer> {
  const task = call.state.organizations.task(id);
  const organization = task === undefined ? null : reach(call, task.organization, 'manage-run-tasks');
  if (task === undefined || organization === null) return NOT_FOUND;
  switch (`${call.method} ${relationship ?? ''}`) {
    case 'GET ':
      return jsonAnswer(200, { data: presentTask(organization, task) });
    case 'PATCH ':
      return await changeTask(call, organization, task);
    case 'DELETE ':
      return deleteTask(organization, task);
    case 'GET workspace-tasks':
      return pageAnswer(call.path, call.query, organization.workspaceTasksOf({ taskId: id }).map(presentWorkspaceTask));
    default:
      return NOT_FOUND;
  }
}

async function createTask(call: Call, organization: Organization): Promise<Answer> {
  const reading = readDocument(documents.newTask, call.body);
  if ('problems' in reading) return invalid(reading.problems);
  const { attributes } = reading.document.data;
  const task: Task = {
    ...call.state.organizations.newRow('task'),
    organization: organization.name,
    name: attributes.name,
    url: attributes.url,
    description: null,
    hmacKey: null,
    enabled: true,
    globalConfiguration: { enabled: false, stages: [], enforcementLevel: 'advisory' },
  };
  return await store(call, { organization, before: null, after: withAttributes(task, attributes) });
}

async function changeTask(call: Call, organization: Organization, before: Task): Promise<Answer> {
  const reading = readDocument(documents.changedTask, call.body);
  if ('problems' in reading) return invalid(reading.problems);
  const updatedAt = call.state.organizations.now();
  const after = withAttributes({ ...before, updatedAt }, reading.document.data.attributes);
  return await store(call, { organization, before, after });
}

interface Change {
  readonly organization: Organization;
  readonly before: Task | null;
  readonly after: Task;
}

/** Keeps a task once its rules hold and, when its address or key is new, its endpoint answered the signed test request. */
async function store(call: Call, change: Change): Promise<Answer> {
  const { organization, before, after } = change;
  const problems = [...problemsOf(change), ...(isNew(before, after) ? await problemsOfEndpoint(call, after) : [])];
  if (problems.length > 0) return invalid(problems);
  organization.tasks.set(after.id, after);
  return jsonAnswer(before === null ? 201 : 200, { data: presentTask(organization, after) });
}

function isNew(before: Task | null, after: Task): boolean {
  return before?.url !== after.url || before.hmacKey !== after.hmacKey;
}

function problemsOf({ organization, after }: Change): readonly Problem[] {
  const namesake = organization.taskNamed(after.name);
  const { enabled, stages } = after.globalConfiguration;
  const at = '/data/attributes';
  return [
    ...(namesake === undefined || namesake.id === after.id
      ? []
      : [{ pointer: `${at}/name`, detail: 'Name has already been taken' }]),
    ...(enabled && stages.length === 0
      ? [{ pointer: `${at}/global-configuration/stages`, detail: "Stages can't be blank" }]
      : []),
    ...(enabled && !organization.globalRunTasks
      ? [{ pointer: `${at}/global-configuration`, detail: 'Global run tasks are not available in this organization' }]
      : []),
  ];
}

async function problemsOfEndpoint({ state }: Call, { url, hmacKey }: Task): Promise<readonly Problem[]> {
  // What is not on this machine is out of the simulator's reach, as an address inside a company is out of the platform's.
  const { accepted, status } = isLoopback(new URL(url).hostname)
    ? await sendRegistration({ hookUrl: url, hmacKey }, state.stopped)
    : { accepted: false, status: null };
  if (accepted) return [];
  const why = status === null ? 'could not be reached' : `responded with ${status} instead of 200`;
  return [{ pointer: '/data/attributes/url', detail: `URL ${why} when it was sent a test request` }];
}

function deleteTask(organization: Organization, { id }: Task): Answer {
  const placed = organization.workspaceTasksOf({ taskId: id });
  if (placed.length > 0) {
    return invalid([{ pointer: '/data', detail: `Task is associated with ${placed.length} workspaces` }]);
  }
  organization.tasks.delete(id);
  return NO_CONTENT;
}

function withAttributes(task: Task, given: TaskAttributes): Task {
  const { name, url, description, enabled, 'hmac-key': hmacKey, 'global-configuration': global } = given;
  return {
    ...task,
    name: name ?? task.name,
    url: url ?? task.url,
    description: description === undefined ? task.description : description,
    hmacKey: hmacKey === undefined ? task.hmacKey : hmacKey === '' ? null : hmacKey,
    enabled: enabled ?? task.enabled,
    globalConfiguration: global === undefined ? task.globalConfiguration : withGlobal(task.globalConfiguration, global),
  };
}

function withGlobal(
  before: GlobalConfiguration,
  { enabled, stages, 'enforcement-level': level }: NonNullable<TaskAttributes['global-configuration']>,
): GlobalConfiguration {
  return { enabled, stages: stages ?? before.stages, enforcementLevel: level ?? before.enforcementLevel };
}

function invalid(problems: readonly Problem[]): Answer {
  return errorAnswer(422, 'invalid attribute', problems);
}
