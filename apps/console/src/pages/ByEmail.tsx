import { Alert, Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { discoverProvider } from '../api/sign-in.js';

/** Goes to the provider of whoever signs in by an e-mail address; it tells nobody whether that person is known. */
export function ByEmail({ next = '/' }: { readonly next: string | undefined }): ReactNode {
  const [email, setEmail] = useState('');
  const discovery = useMutation({
    mutationFn: () => discoverProvider(email.trim(), next),
    onSuccess: ({ location }) => {
      if (location !== null) window.location.assign(location);
    },
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    discovery.mutate();
  };
  const choices = discovery.data?.choices ?? [];
  if (choices.length > 0) {
    return (
      <Stack gap="xs">
        <Text fz="sm">Your organization has several ways to sign in. Choose yours:</Text>
        {choices.map(({ label, href }) => (
          <Button key={href} component="a" href={href} variant="default" fullWidth>
            {label}
          </Button>
        ))}
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      {discovery.error === null ? null : (
        <Alert color="orange" mb="sm" role="alert">
          {discovery.error.message}
        </Alert>
      )}
      <TextInput
        type="email"
        name="email"
        label="E-mail address"
        autoComplete="username"
        required
        maxLength={320}
        value={email}
        onChange={(event) => {
          setEmail(event.currentTarget.value);
        }}
      />
      <Button type="submit" variant="default" fullWidth mt="sm" loading={discovery.isPending}>
        Continue
      </Button>
    </form>
  );
}
