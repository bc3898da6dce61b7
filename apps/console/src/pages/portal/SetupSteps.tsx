import { Text } from '@mantine/core';
import type { RunTaskBody } from '@rungate/contract';
import { IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { paths } from '../../paths.js';
import { AppLink } from '../../shell/AppLink.js';
import { Copyable } from '../../states/Copy.js';
import { Panel } from '../../states/Panel.js';
import { Moment } from '../../time/Moment.js';
import classes from './SetupSteps.module.css';

/** The three steps, each with its tick. */
export function SetupSteps({ runTask }: { readonly runTask: RunTaskBody }): ReactNode {
  const { hookUrl, hmacKeys, hmacKeyFingerprint, state, organization, originState } = runTask;
  const isVerified = state === 'verified' || state === 'active';
  const lastUsed = hmacKeys.find(({ lastUsedAt }) => lastUsedAt !== null);
  return (
    <Panel title="Steps">
      {originState === 'approved' ? null : (
        <Text c="var(--warn)" mb="sm">
          {originState === 'pending'
            ? 'An operator of this platform must approve the Terraform origin first; until then requests are refused.'
            : 'An operator of this platform refused the Terraform origin: requests are refused.'}
        </Text>
      )}
      <ol className={classes.steps} aria-live="polite">
        <Step title="Create the run task in Terraform" isDone={isVerified}>
          {isVerified && lastUsed !== undefined ? (
            <>
              Request received and its signature valid: key {lastUsed.fingerprint}, last{' '}
              <Moment at={lastUsed.lastUsedAt} />.
            </>
          ) : (
            <>
              Organization settings → Run tasks → Create run task, with this address and the HMAC key (fingerprint{' '}
              {hmacKeyFingerprint ?? 'none'}). Terraform then sends a test request, and this turns green.
            </>
          )}
          <div>
            <Copyable text={hookUrl} what="the hook URL" />
          </div>
        </Step>
        <Step title="Attach it to workspaces" isDone={state === 'active'}>
          {state === 'active'
            ? 'A real run has called.'
            : 'Choose its scope, the stage post-plan and advisory first. Waiting for the first real run…'}
        </Step>
        <Step title="First result" isDone={state === 'active'}>
          {state === 'active' ? (
            <AppLink href={`${paths.portal(organization, 'results')}?runTask=${encodeURIComponent(runTask.name)}`}>
              See the results
            </AppLink>
          ) : (
            'No run handy? Try it below on a sample plan: what Terraform would show, without a run.'
          )}
        </Step>
      </ol>
    </Panel>
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
