import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Failed } from '../../states/States.js';
import type { Draft } from './draft.js';
import { PeopleFields } from './PeopleFields.js';

interface ConnectionFormProps {
  readonly draft: Draft;
  /** Null: of the platform. */
  readonly organization: string | null;
  readonly roles: readonly string[];
  readonly hasClientSecret: boolean;
  readonly action: string;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onSubmit: (draft: Draft) => void;
}

/** Changes one field. */
export type Put = (changes: Partial<Draft>) => void;

/** All that is entered of a connection. */
export function ConnectionForm(props: ConnectionFormProps): ReactNode {
  const { organization, roles, hasClientSecret, action, isPending, error, onSubmit } = props;
  const [draft, setDraft] = useState(props.draft);
  const put: Put = (changes) => {
    setDraft({ ...draft, ...changes });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(draft);
      }}
    >
      <Stack gap="sm" maw={720}>
        <TextField
          label="Name"
          description="As people see it when they sign in."
          value={draft.name}
          isRequired
          put={(name) => {
            put({ name });
          }}
        />
        {draft.type === 'oidc' ? (
          <OidcFields draft={draft} put={put} hasClientSecret={hasClientSecret} />
        ) : (
          <SamlFields draft={draft} put={put} />
        )}
        <PeopleFields draft={draft} put={put} roles={roles} isOfOrganization={organization !== null} />
        {error === null ? null : <Failed what="The connection was not stored" error={error} />}
        <Group>
          <Button size="xs" type="submit" loading={isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly isRequired?: boolean;
  readonly isSecret?: boolean;
  readonly put: (value: string) => void;
}

function TextField({
  label,
  description,
  value,
  isRequired = false,
  isSecret = false,
  put,
}: TextFieldProps): ReactNode {
  return (
    <TextInput
      size="xs"
      label={label}
      description={description}
      required={isRequired}
      {...(isSecret ? { type: 'password', autoComplete: 'off' } : {})}
      value={value}
      onChange={({ currentTarget }) => {
        put(currentTarget.value);
      }}
    />
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly put: Put;
}

function OidcFields({
  draft,
  put,
  hasClientSecret,
}: FieldsProps & Pick<ConnectionFormProps, 'hasClientSecret'>): ReactNode {
  return (
    <>
      <TextField
        label="Issuer"
        description="To the letter, as the provider names itself: https://login.microsoftonline.com/…/v2.0"
        value={draft.issuer}
        put={(issuer) => {
          put({ issuer });
        }}
      />
      <TextField
        label="Client id"
        value={draft.clientId}
        put={(clientId) => {
          put({ clientId });
        }}
      />
      <TextField
        label="Client secret"
        description={
          hasClientSecret ? 'One is stored, and is shown to nobody. Empty: it stays.' : 'Is shown to nobody again.'
        }
        isSecret
        value={draft.clientSecret}
        put={(clientSecret) => {
          put({ clientSecret });
        }}
      />
      <TextField
        label="Scopes"
        value={draft.scopes}
        put={(scopes) => {
          put({ scopes });
        }}
      />
    </>
  );
}

function SamlFields({ draft, put }: FieldsProps): ReactNode {
  return (
    <>
      <TextField
        label="Entity id of the provider"
        description="This and the next two come with its metadata as well, once the draft is stored."
        value={draft.issuer}
        put={(issuer) => {
          put({ issuer });
        }}
      />
      <TextField
        label="Sign-in address"
        description="Single sign-on service, HTTP-Redirect."
        value={draft.signInUrl}
        put={(signInUrl) => {
          put({ signInUrl });
        }}
      />
      <Textarea
        size="xs"
        label="Certificates"
        description="PEM: the present one, and its successor when there is one."
        autosize
        minRows={3}
        maxRows={10}
        classNames={{ input: 'mono' }}
        value={draft.certificates}
        onChange={({ currentTarget }) => {
          put({ certificates: currentTarget.value });
        }}
      />
    </>
  );
}
