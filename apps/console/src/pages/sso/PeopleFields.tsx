import { Group, NativeSelect, Switch, Textarea, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Put } from './ConnectionForm.js';
import type { Draft } from './draft.js';
import { Rules } from './Rules.js';

interface PeopleFieldsProps {
  readonly draft: Draft;
  readonly put: Put;
  readonly roles: readonly string[];
  readonly isOfOrganization: boolean;
}

/** Who is let in through a connection, as what, and for how long. */
export function PeopleFields({ draft, put, roles, isOfOrganization }: PeopleFieldsProps): ReactNode {
  return (
    <>
      <Rules
        legend="Required claims"
        description="All must hold, or nobody is let in. Needed where the provider serves others as well, such as tid of Entra."
        rules={draft.requiredClaims}
        roles={null}
        change={(requiredClaims) => {
          put({ requiredClaims });
        }}
      />
      <Rules
        legend="Roles by claim"
        description={
          isOfOrganization
            ? 'The first that matches counts.'
            : 'The first that matches counts; without one nobody is let in.'
        }
        rules={draft.roleRules}
        roles={roles}
        change={(roleRules) => {
          put({ roleRules });
        }}
      />
      {isOfOrganization ? (
        <NativeSelect
          size="xs"
          label="Role of whom no rule matches"
          data={[{ value: '', label: 'nobody is let in' }, ...roles.map((value) => ({ value, label: value }))]}
          value={draft.defaultRole}
          onChange={({ currentTarget }) => {
            put({ defaultRole: currentTarget.value });
          }}
        />
      ) : null}
      <Switch
        size="xs"
        label="People become members by signing in"
        description="Off: only who is a member already is let in."
        checked={draft.jit}
        onChange={({ currentTarget }) => {
          put({ jit: currentTarget.checked });
        }}
      />
      {isOfOrganization ? (
        <Switch
          size="xs"
          label="Found by the organization's address and by a proven e-mail domain"
          description="Everybody can learn then that it signs in here."
          checked={draft.discoverable}
          onChange={({ currentTarget }) => {
            put({ discoverable: currentTarget.checked });
          }}
        />
      ) : null}
      <Group gap="sm" align="flex-end">
        <Small
          label="Claim of the name"
          value={draft.nameClaim}
          put={(nameClaim) => {
            put({ nameClaim });
          }}
        />
        <Small
          label="Claim of the e-mail"
          value={draft.emailClaim}
          put={(emailClaim) => {
            put({ emailClaim });
          }}
        />
        <Small
          label="Idle minutes, shorter"
          value={draft.idleMinutes}
          put={(idleMinutes) => {
            put({ idleMinutes });
          }}
        />
        <Small
          label="Minutes in all, shorter"
          value={draft.absoluteMinutes}
          put={(absoluteMinutes) => {
            put({ absoluteMinutes });
          }}
        />
      </Group>
      {isOfOrganization ? null : <Reach draft={draft} put={put} />}
    </>
  );
}

interface SmallProps {
  readonly label: string;
  readonly value: string;
  readonly put: (value: string) => void;
}

function Small({ label, value, put }: SmallProps): ReactNode {
  return (
    <TextInput
      size="xs"
      w={170}
      label={label}
      placeholder="as usual"
      value={value}
      onChange={({ currentTarget }) => {
        put(currentTarget.value);
      }}
    />
  );
}

function Reach({ draft, put }: Pick<PeopleFieldsProps, 'draft' | 'put'>): ReactNode {
  return (
    <>
      <Textarea
        size="xs"
        label="Private networks of the issuer"
        description="Such as 10.20.0.0/16, one a line; each within RUNGATE_EGRESS_CIDRS."
        autosize
        minRows={1}
        maxRows={6}
        value={draft.privateRanges}
        onChange={({ currentTarget }) => {
          put({ privateRanges: currentTarget.value });
        }}
      />
      <Textarea
        size="xs"
        label="Certificate authorities of the issuer"
        description="PEM, trusted for the issuer besides the usual ones."
        autosize
        minRows={1}
        maxRows={8}
        classNames={{ input: 'mono' }}
        value={draft.caBundle}
        onChange={({ currentTarget }) => {
          put({ caBundle: currentTarget.value });
        }}
      />
    </>
  );
}
