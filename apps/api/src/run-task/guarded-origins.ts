import { permits, type Principal } from '@rungate/access';
import { isOpenOrigin, type OpenOrigins, type PutRunTask, type RunTaskSettings } from '@rungate/run-task';

/** The origins of a run task that need approval, and whether the one who sets it gives it by setting it. */
export function guardedOrigins(
  { terraformOrigin, downloadOrigins }: RunTaskSettings,
  { principal, openOrigins }: { readonly principal: Principal; readonly openOrigins: OpenOrigins },
): PutRunTask['guardedOrigins'] {
  const origins = [...new Set([terraformOrigin, ...downloadOrigins])];
  return {
    origins: origins.filter((origin) => !isOpenOrigin(origin, openOrigins)),
    approve: permits(principal, 'origins.write'),
  };
}
