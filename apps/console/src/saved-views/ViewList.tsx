import { Button, Checkbox, CloseButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { routes, type SavedViewBody } from '@rungate/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client } from '../api/client.js';
import { history } from '../history.js';
import { parseSearch } from '../list/search.js';
import { useMe } from '../session/me.js';
import { AppLink } from '../shell/AppLink.js';
import { Answered } from '../states/Answered.js';
import { Failed } from '../states/States.js';
import { addressOf, isShown, keptOf, type ViewedPage } from './view-search.js';

interface ViewListProps {
  readonly page: ViewedPage;
  readonly onChosen: () => void;
}

/** The views of a page, and a name for what it shows now. */
export function ViewList({ page, onChosen }: ViewListProps): ReactNode {
  const views = useQuery({
    queryKey: keyOf(page),
    queryFn: async () => (await client.call(routes.listSavedViews, { params: {}, query: { page } })).body.items,
  });
  return (
    <Stack gap="sm">
      <Answered what="The views" query={views}>
        {(found) => (found.length === 0 ? NONE : <Links views={found} page={page} onChosen={onChosen} />)}
      </Answered>
      <KeepView page={page} />
    </Stack>
  );
}

const NONE = (
  <Text fz="sm" c="dimmed">
    No views of this page yet.
  </Text>
);

function keyOf(page: ViewedPage): readonly string[] {
  return ['saved-views', page];
}

interface LinksProps extends ViewListProps {
  readonly views: readonly SavedViewBody[];
}

function Links({ views, page, onChosen }: LinksProps): ReactNode {
  const { pathname } = history.location;
  const search = parseSearch(history.location.search);
  const { permissions } = useMe();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: string) => client.call(routes.removeSavedView, { params: { id } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keyOf(page) }),
  });
  const mayRemoveAll = permissions.some((one) => one === 'members.write' || one === 'platform-members.write');
  return (
    <>
      <Stack gap={2} component="ul" p={0} m={0}>
        {views.map(({ id, name, search: kept, isShared, isOwn, madeBy }) => (
          <Group key={id} component="li" justify="space-between" wrap="nowrap" gap="xs">
            {/* Not a button: "copy link" and a new tab work as everywhere. */}
            <span className="cut" onClickCapture={onChosen}>
              <AppLink
                href={addressOf(page, pathname, kept)}
                aria-current={isShown(page, search, kept) ? 'page' : undefined}
              >
                {name}
              </AppLink>
              {isShared ? (
                <Text span fz="xs" c="dimmed">
                  {isOwn ? ' shared' : ` by ${madeBy}`}
                </Text>
              ) : null}
            </span>
            {isOwn || mayRemoveAll ? (
              <CloseButton
                size="sm"
                aria-label={`Remove the view ${name}`}
                title={`Remove the view ${name}`}
                disabled={remove.isPending}
                onClick={() => {
                  remove.mutate(id);
                }}
              />
            ) : null}
          </Group>
        ))}
      </Stack>
      {remove.error === null ? null : <Failed what="The view was not removed" error={remove.error} />}
    </>
  );
}

function KeepView({ page }: { readonly page: ViewedPage }): ReactNode {
  const search = parseSearch(history.location.search);
  const { organization } = useMe();
  const [name, setName] = useState('');
  const [isShared, setIsShared] = useState(false);
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: () =>
      client.call(routes.createSavedView, { params: {}, body: { page, name, isShared, search: keptOf(page, search) } }),
    onSuccess: async () => {
      setName('');
      await queries.invalidateQueries({ queryKey: keyOf(page) });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        keep.mutate();
      }}
    >
      <Stack gap={6}>
        <TextInput
          size="xs"
          label="Name for what is shown now"
          required
          maxLength={100}
          value={name}
          onChange={({ currentTarget }) => {
            setName(currentTarget.value);
          }}
        />
        <Checkbox
          size="xs"
          label={
            organization === null ? 'Show it to everybody of the platform' : `Show it to everybody of ${organization}`
          }
          checked={isShared}
          onChange={({ currentTarget }) => {
            setIsShared(currentTarget.checked);
          }}
        />
        {keep.error === null ? null : <Failed what="The view was not kept" error={keep.error} />}
        <Group justify="flex-end">
          <Button size="xs" type="submit" loading={keep.isPending}>
            Keep the view
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
