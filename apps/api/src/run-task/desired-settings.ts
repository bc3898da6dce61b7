import type { DesiredRunTask } from '@rungate/contract';
import { defaultProfile, type RunTaskSettings } from '@rungate/run-task';
import { invalid } from '../errors.js';
import type { ApiOptions } from '../options.js';
import { originViolations } from '../origin/grant-violations.js';

/** Hosts of HCP Terraform that hand out plans from another host (HashiCorp, "HCP Terraform data security"). */
const ARCHIVISTS: Readonly<Record<string, string>> = { 'https://app.terraform.io': 'https://archivist.terraform.io' };

type Surroundings = Pick<ApiOptions, 'checkProblems' | 'development'>;

/**
 * What a PUT asks for, with the defaults that depend on the host.
 * @throws ApiError `invalid` for origins and checks that this installation cannot serve.
 */
export function desiredSettings(desired: DesiredRunTask, around: Surroundings): RunTaskSettings {
  const { terraformOrigin, onTimeout, checks } = desired;
  const downloadOrigins = desired.downloadOrigins ?? defaultDownloadOrigins(terraformOrigin);
  const deadlineProfile = desired.deadlineProfile ?? defaultProfile(terraformOrigin);
  const violations = [
    ...originViolations(terraformOrigin, '/terraformOrigin', around),
    ...(desired.downloadOrigins ?? []).flatMap((origin, index) =>
      originViolations(origin, `/downloadOrigins/${index}`, around),
    ),
    ...around.checkProblems(checks).map(({ pointer, message }) => ({ pointer: `/checks${pointer}`, detail: message })),
  ];
  if (violations.length > 0) throw invalid(violations);
  return { terraformOrigin, downloadOrigins, deadlineProfile, onTimeout, checks };
}

function defaultDownloadOrigins(terraformOrigin: string): readonly string[] {
  const archivist = ARCHIVISTS[terraformOrigin];
  return archivist === undefined ? [terraformOrigin] : [terraformOrigin, archivist];
}
