/**
 * A stand-in for HCP Terraform and Terraform Enterprise: signs and sends run task requests, serves plans behind a
 * redirect, holds callbacks to the protocol more strictly than the platform is known to, and fails on request.
 *
 * **run**: one task result of one run. **fault**: something that goes wrong on the platform's side. **violation**: a
 * promise of the protocol that the receiver broke. **history**: everything that happened to one run. **task**: a run task
 * as the platform keeps it, in an organization of its own.
 */
export { createTerraformSimulator, type SimulatorOptions, type TerraformSimulator } from './simulator.js';
export type { Operations, OrganizationView, TaskRunOptions } from './operations.js';
export type { ApiRequestRecord, OrganizationOptions } from './organization/organizations.js';
export type { EnforcementLevel, GlobalConfiguration, Task, WorkspaceTask } from './organization/organization.js';
export type { TokenOptions, TokenPermission } from './organization/token.js';
export type { RunHandle } from './run-handle.js';
export type { RunOptions, Stage, DeadlineProfile } from './run-options.js';
export type { VcsFacts } from './request-body.js';
export type { Registration, RegistrationAnswer } from './registration.js';
export type { HookAnswer } from './hook-client.js';
export type { Fault, FaultEndpoint, Faults } from './fault.js';
export type { Outcome } from './callback-rules.js';
export type {
  CallbackRecord,
  DownloadRecord,
  HookAttempt,
  RunHistory,
  TaskResultStatus,
  Violation,
  ViolationCode,
} from './history.js';
export { fixtureNames, fixturePlan } from './fixtures.js';
export { SimulatorError, type SimulatorErrorCode } from './errors.js';
export { systemClock, type SimulatorClock } from './clock.js';
