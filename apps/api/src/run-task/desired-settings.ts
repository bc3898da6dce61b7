import type { DesiredRunTask, Violation } from '@rungate/contract';
import { defaultProfile, type Check, type RunTaskSettings } from '@rungate/run-task';
import { invalid } from '../errors.js';
import type { ApiOptions } from '../options.js';

/** Hosts of HCP Terraform that hand out plans from another host (HashiCorp, "HCP Terraform data security"). */
const ARCHIVISTS: Readonly<Record<string, string>> = { 'https://app.terraform.io': 'https://archivist.terraform.io' };

type Surroundings = Pick<ApiOptions, 'catalogue' | 'validateCheckConfig' | 'development'>;

/**
 * What a PUT asks for, with the defaults that depend on the host and the configurations as their plugins read them.
 * @throws ApiError `invalid` for origins and checks that this installation cannot serve.
 */
export function desiredSettings(desired: DesiredRunTask, around: Surroundings): RunTaskSettings {
  const { terraformOrigin, onTimeout } = desired;
  const downloadOrigins = desired.downloadOrigins ?? defaultDownloadOrigins(terraformOrigin);
  const deadlineProfile = desired.deadlineProfile ?? defaultProfile(terraformOrigin);
  const checks = desired.checks.map((check, index) => readCheck(check, `/checks/${index}`, around));
  const violations = [
    ...originViolations(terraformOrigin, '/terraformOrigin', around),
    ...(desired.downloadOrigins ?? []).flatMap((origin, index) =>
      originViolations(origin, `/downloadOrigins/${index}`, around),
    ),
    ...checks.flatMap((read) => read.violations),
  ];
  if (violations.length > 0) throw invalid(violations);
  return { terraformOrigin, downloadOrigins, deadlineProfile, onTimeout, checks: checks.map(({ check }) => check) };
}

function defaultDownloadOrigins(terraformOrigin: string): readonly string[] {
  const archivist = ARCHIVISTS[terraformOrigin];
  return archivist === undefined ? [terraformOrigin] : [terraformOrigin, archivist];
}

function originViolations(origin: string, pointer: string, { development }: Surroundings): readonly Violation[] {
  if (development || origin.startsWith('https://')) return [];
  return [{ pointer, detail: 'Must begin with https:// outside development.' }];
}

interface ReadCheck {
  readonly check: Check;
  readonly violations: readonly Violation[];
}

function readCheck(check: Check, pointer: string, { catalogue, validateCheckConfig }: Surroundings): ReadCheck {
  const plugin = catalogue().find(({ name }) => name === check.use);
  if (plugin === undefined) {
    return { check, violations: [{ pointer: `${pointer}/use`, detail: 'Is no check plugin of this installation.' }] };
  }
  const stageViolations = check.stages.flatMap((stage, index) =>
    plugin.stages.includes(stage)
      ? []
      : [{ pointer: `${pointer}/stages/${index}`, detail: `Must be one of ${plugin.stages.join(', ')} here.` }],
  );
  const reading = validateCheckConfig(check.use, check.config);
  if (reading.ok) return { check: { ...check, config: reading.config }, violations: stageViolations };
  const configViolations = reading.problems.map((problem) => ({
    pointer: `${pointer}/config${problem.pointer}`,
    detail: problem.message,
  }));
  return { check, violations: [...stageViolations, ...configViolations] };
}
