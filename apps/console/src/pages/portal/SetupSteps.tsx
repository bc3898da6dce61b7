import { Alert, Text } from '@mantine/core';
import { routes, type RunTaskBody } from '@rungate/contract';
import { IconCircleCheck, IconCircleDashed, IconPlayerPause } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import { paths } from '../../paths.js';
import { useMay } from '../../session/me.js';
import { AppLink } from '../../shell/AppLink.js';
import { Copyable } from '../../states/Copy.js';
import { Panel } from '../../states/Panel.js';
import { Failed } from '../../states/States.js';
import { Moment } from '../../time/Moment.js';
import { setupProgressOf } from './setup-progress.js';
import classes from './SetupSteps.module.css';

/** How often the first result is looked for while there is none, ms. */
const LOOK_MS = 2_500;

/** The three steps, each with its tick. */
export function SetupSteps({ runTask }: { readonly runTask: RunTaskBody }): ReactNode {
  const { organization, name, hookUrl, hmacKeyFingerprint, state, originState } = runTask;
  const maySeeResults = useMay()('task-results.read');
  const first = useQuery({
    queryKey: ['task-results', 'first', organization, name],
    queryFn: async () => {
      const query = { organization, runTask: name, sort: 'oldest', limit: 1 } as const;
      return (await client.call(routes.listTaskResults, { params: {}, query })).body.items;
    },
    refetchInterval: ({ state: { data } }) => (data?.[0]?.verdict == null ? LOOK_MS : false),
    enabled: maySeeResults,
  });
  const { usedKey, isCreated, isAttached, hasResult, steps } = setupProgressOf(runTask, first.data?.[0]);
  const results = `${paths.portal(organization, 'results')}?runTask=${encodeURIComponent(name)}`;
  return (
    <Panel title="Steps">
      <Hindrance state={state} originState={originState} />
      <p role="status" className="unseen">
        {steps} of 3 steps are done.
      </p>
      <ol className={classes.steps}>
        <Step title="Create the run task in Terraform" isDone={isCreated}>
          {usedKey === null ? (
            <>
              Organization settings → Run tasks → Create run task, with this address and the HMAC key (fingerprint{' '}
              {hmacKeyFingerprint ?? 'none'}). Terraform then sends a test request, and this turns green.
            </>
          ) : (
            <>
              Request received and its signature valid: key {usedKey.fingerprint}, last{' '}
              <Moment at={usedKey.lastUsedAt} />.
            </>
          )}
          <div>
            <Copyable text={hookUrl} what="the hook URL" />
          </div>
        </Step>
        <Step title="Attach it to workspaces" isDone={isAttached}>
          {isAttached
            ? 'A real run has called.'
            : 'Choose its scope, the stage post-plan and advisory first. Waiting for the first real run…'}
        </Step>
        <Step title="First result" isDone={hasResult}>
          {maySeeResults ? null : 'Your role does not see results: the organization sees whether there is one.'}
          {first.data === undefined ? null : <Result isAttached={isAttached} hasResult={hasResult} href={results} />}
        </Step>
      </ol>
      {first.error === null || first.data !== undefined ? null : (
        <Failed
          what="The first result could not be looked for"
          error={first.error}
          retry={() => void first.refetch()}
        />
      )}
    </Panel>
  );
}

interface ResultProps {
  readonly isAttached: boolean;
  readonly hasResult: boolean;
  readonly href: string;
}

function Result({ isAttached, hasResult, href }: ResultProps): ReactNode {
  if (!isAttached) return 'No run handy? Try it below on a sample plan: what Terraform would show, without a run.';
  return <AppLink href={href}>{hasResult ? 'See the results' : 'The first run is being checked…'}</AppLink>;
}

/** What refuses every request, whatever is set up. */
function Hindrance({ state, originState }: Pick<RunTaskBody, 'state' | 'originState'>): ReactNode {
  return (
    <>
      {state === 'suspended' ? (
        <Alert color="orange" icon={<IconPlayerPause aria-hidden />} title="This organization is suspended" mb="sm">
          Its hooks refuse every request, also the test request. An operator of this platform suspended it, and can
          resume it.
        </Alert>
      ) : null}
      {originState === 'approved' ? null : (
        <Text c="var(--warn)" mb="sm">
          {originState === 'pending'
            ? 'An operator of this platform must approve the Terraform origin first; until then requests are refused.'
            : 'An operator of this platform refused the Terraform origin: requests are refused.'}
        </Text>
      )}
    </>
  );
}

interface StepProps {
  readonly title: string;
  readonly isDone: boolean;
  readonly children: ReactNode;
}

function Step({ title, isDone, children }: StepProps): ReactNode {
  const Shape = isDone ? IconCircleCheck : IconCircleDashed;
  return (
    <li className={classes.step}>
      <Shape size={20} color={isDone ? 'var(--good)' : 'var(--quiet)'} aria-hidden />
      <div style={{ minWidth: 0 }}>
        <Text fw={600}>
          {title}{' '}
          <Text span fw={400} c={isDone ? 'var(--good)' : 'dimmed'}>
            {isDone ? 'done' : 'open'}
          </Text>
        </Text>
        <Text component="div" fz="sm">
          {children}
        </Text>
      </div>
    </li>
  );
}
