import type { RequestFacts } from '@rungate/run-task';

/** Where the run is shown, if the request named a place on the Terraform that it is of: any other link is a stranger's. */
export function runUrlOf({ run_app_url: written }: RequestFacts, terraformOrigin: string): string | null {
  if (written === null || !URL.canParse(written)) return null;
  const url = new URL(written);
  return url.origin === terraformOrigin && url.username === '' && url.password === '' ? url.href : null;
}
