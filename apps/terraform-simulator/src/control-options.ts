import { z } from 'zod';
import { SimulatorError } from './errors.js';
import { FAULT_ENDPOINTS } from './fault.js';
import type { TaskRunOptions } from './operations.js';
import type { OrganizationOptions } from './organization/organizations.js';
import { TOKEN_PERMISSIONS, type TokenOptions } from './organization/token.js';
import type { Registration } from './registration.js';
import { STAGES, type RunOptions } from './run-options.js';

const fault = z.strictObject({
  delayMs: z.number().min(0).optional(),
  status: z.int().min(200).max(599).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  redirectTo: z.string().optional(),
  reset: z.boolean().optional(),
  hang: z.boolean().optional(),
  badBody: z.boolean().optional(),
  fillBytes: z.int().min(0).optional(),
  resetMidBody: z.boolean().optional(),
  truncate: z.int().min(0).optional(),
  slow: z.number().positive().optional(),
  applied: z.boolean().optional(),
});

const registration = z.strictObject({
  hookUrl: z.string(),
  hmacKey: z.string().nullable(),
  origin: z.string().optional(),
});

const taskRun = z.strictObject({
  stage: z.enum(STAGES).optional(),
  /** A fixture's name, or a plan as JSON. */
  plan: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
  /** A tar.gz in base64. */
  configuration: z.base64().nullish(),
  workspaceName: z.string().optional(),
  projectName: z.string().optional(),
  workingDirectory: z.string().optional(),
  deadlineProfile: z.enum(['rolling', 'fixed']).optional(),
  timeScale: z.number().positive().optional(),
  capabilities: z.strictObject({ outcomes: z.boolean() }).nullable().optional(),
  faults: z.partialRecord(z.enum(FAULT_ENDPOINTS), z.array(fault)).optional(),
  taskResultId: z.string().optional(),
  vcs: z
    .strictObject({
      repoUrl: z.string(),
      branch: z.string(),
      commitHash: z.string(),
      pullRequestUrl: z.string().nullish(),
    })
    .nullish(),
  isSpeculative: z.boolean().optional(),
  runMessage: z.string().optional(),
  runCreatedBy: z.string().optional(),
  fields: z.record(z.string(), z.unknown()).optional(),
  omit: z.array(z.string()).optional(),
  retryDelaysMs: z.array(z.number().min(0)).optional(),
  tokenLifetimeMs: z.number().positive().optional(),
});

const run = taskRun.extend({
  hookUrl: z.string(),
  hmacKey: z.string().nullable(),
  organizationName: z.string().optional(),
  enforcement: z.enum(['mandatory', 'advisory']).optional(),
});

const organization = z.strictObject({
  name: z.string().regex(/^[\w-]+$/),
  workspaces: z.array(z.string().regex(/^[\w-]+$/)).optional(),
  globalRunTasks: z.boolean().optional(),
});

const token = z.strictObject({
  organization: z.string(),
  permissions: z.array(z.enum(TOKEN_PERMISSIONS)).optional(),
  requestsPerSecond: z.int().min(1).optional(),
  faults: z.array(fault).optional(),
});

/** Reads the body of `POST /_simulator/registration`. @throws SimulatorError `bad_request` */
export function readRegistration(body: unknown): Registration {
  return read(registration, body);
}

/** Reads the body of `POST /_simulator/runs`. @throws SimulatorError `bad_request` */
export function readRunOptions(body: unknown): RunOptions {
  return withBytes(read(run, body));
}

/** Reads the body of `POST /_simulator/tasks/:id/runs`. @throws SimulatorError `bad_request` */
export function readTaskRunOptions(body: unknown): TaskRunOptions {
  return withBytes(read(taskRun, body));
}

/** Reads the body of `POST /_simulator/organizations`. @throws SimulatorError `bad_request` */
export function readOrganizationOptions(body: unknown): OrganizationOptions {
  return read(organization, body);
}

/** Reads the body of `POST /_simulator/tokens`. @throws SimulatorError `bad_request` */
export function readTokenOptions(body: unknown): TokenOptions {
  return read(token, body);
}

/** A plan and a configuration as the bytes that are served. */
function withBytes<T extends z.infer<typeof taskRun>>({ plan, configuration, ...options }: T) {
  return {
    ...options,
    plan: typeof plan === 'object' && plan !== null ? Buffer.from(JSON.stringify(plan)) : plan,
    configuration: typeof configuration === 'string' ? Buffer.from(configuration, 'base64') : configuration,
  };
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new SimulatorError('bad_request', z.prettifyError(parsed.error), { cause: parsed.error });
}
