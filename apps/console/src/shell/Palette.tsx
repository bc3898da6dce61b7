import '@mantine/spotlight/styles.layer.css';
import { routes } from '@rungate/contract';
import { Spotlight, spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState, type ReactNode } from 'react';
import { client } from '../api/client.js';
import { openPage } from '../history.js';
import { paths } from '../paths.js';
import { useMay, useMe } from '../session/me.js';
import { placesOf } from './places.js';

const TYPING_MS = 200;

/** The command palette: pages, organizations by name, and a run by any of its ids. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  useEffect(spotlight.open, []);
  const me = useMe();
  const [query, setQuery] = useState('');
  const organizations = useOrganizations(query.trim());
  const go =
    (href: string): (() => void) =>
    () => {
      openPage(href);
    };
  const pages = placesOf(me).map(({ label, href }) => ({ id: href, label, group: 'Pages', onClick: go(href) }));
  const found = organizations.map(({ slug, displayName }) => ({
    id: `organization ${slug}`,
    label: displayName,
    description: slug,
    group: 'Organizations',
    onClick: go(paths.organization(slug)),
  }));
  const actions: SpotlightActionData[] = [...pages, ...found, ...runActions(query.trim(), me.organization, go)];
  return (
    <Spotlight
      actions={actions.map(({ group, ...action }) => ({ ...action, description: action.description ?? group ?? '' }))}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      onSpotlightClose={onClose}
      nothingFound="Nothing is called so."
      highlightQuery
      limit={12}
      searchProps={{
        leftSection: <IconSearch size={16} aria-hidden />,
        placeholder: 'A page, an organization, run-…, taskrs-…',
        'aria-label': 'Where to go',
      }}
    />
  );
}

interface Named {
  readonly slug: string;
  readonly displayName: string;
}

function useOrganizations(typed: string): readonly Named[] {
  const me = useMe();
  const may = useMay();
  const [q] = useDebouncedValue(typed, TYPING_MS);
  const answer = useQuery({
    queryKey: ['organizations', 'palette', q],
    queryFn: async () => (await client.call(routes.listOrganizations, { params: {}, query: { q, limit: 6 } })).body,
    enabled: q !== '' && me.organization === null && may('organizations.read'),
  });
  return answer.data?.items ?? [];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function runActions(
  query: string,
  organization: string | null,
  go: (href: string) => () => void,
): SpotlightActionData[] {
  const list = organization === null ? paths.runs : paths.portal(organization, 'results');
  const action = (label: string, href: string): SpotlightActionData => ({
    id: href,
    label,
    keywords: query,
    onClick: go(href),
  });
  if (/^run-\w+$/.test(query)) return [action(`Results of ${query}`, `${list}?runId=${query}`)];
  if (/^taskrs-\w+$/.test(query)) return [action(`Result ${query}`, `${list}?taskResultId=${query}`)];
  if (!UUID.test(query)) return [];
  return [action(`Result ${query}`, organization === null ? paths.run(query) : paths.details(organization, query))];
}
