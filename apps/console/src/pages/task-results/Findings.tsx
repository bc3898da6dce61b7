import { Anchor, Chip, Group, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Copy, Copyable } from '../../states/Copy.js';
import { isOnOrigin } from './addresses.js';
import { countsOf, type Finding, type Severity } from './findings.js';
import classes from './Findings.module.css';

interface FindingsProps {
  readonly findings: readonly Finding[];
  /** Of the run in its Terraform: nothing else is linked to. */
  readonly runUrl: string | null;
}

/** Findings, the worst first, of all severities or of one. */
export function Findings({ findings, runUrl }: FindingsProps): ReactNode {
  const [chosen, setChosen] = useState('all');
  if (findings.length === 0) return <Text c="dimmed">No check found anything.</Text>;
  const shown = chosen === 'all' ? findings : findings.filter(({ severity }) => severity === chosen);
  return (
    <>
      <Chip.Group value={chosen} onChange={setChosen}>
        <Group gap={6} mb="sm">
          <Chip size="xs" variant="outline" value="all">
            All {findings.length}
          </Chip>
          {countsOf(findings).map(([severity, count]) => (
            <Chip key={severity} size="xs" variant="outline" value={severity}>
              {SEVERITY_NAMES[severity]} {count}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <ul className={classes.list}>
        {shown.map((finding, index) => (
          <Row
            key={`${finding.check} ${finding.rule} ${finding.address ?? ''} ${index}`}
            finding={finding}
            runUrl={runUrl}
          />
        ))}
      </ul>
    </>
  );
}

const SEVERITY_NAMES: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
};

function Row({ finding, runUrl }: { readonly finding: Finding } & Pick<FindingsProps, 'runUrl'>): ReactNode {
  const { severity, address, message, rule, remediation, docsUrl, certainty, check, blocks } = finding;
  return (
    <li className={classes.finding}>
      <span className={classes.severity} data-severity={severity}>
        {SEVERITY_NAMES[severity]}
      </span>
      <div className={classes.what}>
        {address === null ? null : (
          <div className={classes.address}>
            <span className="mono">{address}</span>
            <Copy text={address} what="the address" />
          </div>
        )}
        <div>
          {message}
          {certainty === 'unknown' ? (
            <Text span c="dimmed">
              {' '}
              (known only after apply)
            </Text>
          ) : null}
        </div>
        {remediation === null ? null : (
          <div className={classes.fix}>
            <b>Fix:</b> {remediation}
          </div>
        )}
        <div className={classes.source}>
          {check} · {rule} · {blocks ? 'blocks the run' : 'does not block'}
          {docsUrl === null ? null : <Explained url={docsUrl} runUrl={runUrl} />}
        </div>
      </div>
    </li>
  );
}

/** Where a rule is explained, by a text that is not ours: only what lies on the run's own Terraform is a link. */
function Explained({ url, runUrl }: { readonly url: string } & Pick<FindingsProps, 'runUrl'>): ReactNode {
  if (isOnOrigin(url, runUrl)) {
    return (
      <>
        {' · '}
        <Anchor fz="inherit" href={url} target="_blank" rel="noopener noreferrer nofollow">
          rule at {new URL(url).host}
        </Anchor>
      </>
    );
  }
  return (
    <>
      {' · '}
      <Copyable text={url} what="the address of the rule" />
    </>
  );
}
