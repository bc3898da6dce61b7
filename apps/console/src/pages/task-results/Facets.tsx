import { UnstyledButton } from '@mantine/core';
import { routes, type TaskResultFacetsBody } from '@rungate/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.js';
import type { Filters } from '../../list/use-filters.js';
import { Answered } from '../../states/Answered.js';
import { queryOf, type TaskResultFilter } from './filters.js';
import { STAGE_NAMES, STATE_NAMES, VERDICT_NAMES } from './names.js';
import classes from './Facets.module.css';

interface FacetsProps {
  /** Null: of all. */
  readonly organization: string | null;
  readonly filters: Filters<TaskResultFilter>;
}

type Kind = Exclude<keyof TaskResultFacetsBody, 'isCut'>;

const KINDS: readonly (readonly [kind: Kind, title: string, names: Readonly<Record<string, string>>])[] = [
  ['verdict', 'Verdict', VERDICT_NAMES],
  ['state', 'State', STATE_NAMES],
  ['stage', 'Stage', STAGE_NAMES],
  ['organization', 'Organization', {}],
  ['runTask', 'Run task', {}],
];

/** How many there are of each kind; a click asks for one kind, another for all again. */
export function Facets({ organization, filters: [filter, change] }: FacetsProps): ReactNode {
  const query = { ...queryOf(filter), ...(organization === null ? {} : { organization }) };
  const facets = useQuery({
    queryKey: ['task-results', 'facets', query],
    queryFn: async () => (await client.call(routes.countTaskResults, { params: {}, query })).body,
    placeholderData: keepPreviousData,
  });
  const shown = KINDS.filter(([kind]) => kind !== 'organization' || organization === null);
  return (
    <aside className={classes.facets} aria-label="How many of each kind">
      <Answered what="How many there are" query={facets}>
        {(found) => (
          <>
            {shown.map(([kind, title, names]) => (
              <Facet
                key={kind}
                title={title}
                names={names}
                counted={found[kind]}
                chosen={filter[kind]}
                choose={(value) => {
                  change({ [kind]: value });
                }}
              />
            ))}
            {found.isCut ? <p className={classes.note}>Of the newest 50,000.</p> : null}
          </>
        )}
      </Answered>
    </aside>
  );
}

/** More of one kind are found by typing. */
const MOST = 12;

interface FacetProps {
  readonly title: string;
  readonly names: Readonly<Record<string, string>>;
  readonly counted: readonly { readonly value: string; readonly count: number }[];
  readonly chosen: string | undefined;
  readonly choose: (value: string | undefined) => void;
}

function Facet({ title, names, counted, chosen, choose }: FacetProps): ReactNode {
  if (counted.length === 0) return null;
  return (
    <section aria-label={`By ${title.toLowerCase()}`}>
      <h2 className={classes.title}>{title}</h2>
      <ul className={classes.list}>
        {counted.slice(0, MOST).map(({ value, count }) => (
          <li key={value}>
            <UnstyledButton
              className={classes.value ?? ''}
              aria-pressed={value === chosen}
              onClick={() => {
                choose(value === chosen ? undefined : value);
              }}
            >
              <span className="cut" title={value}>
                {names[value] ?? value}
              </span>
              <span className="quiet">{count.toLocaleString('en')}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {counted.length > MOST ? <p className={classes.note}>{counted.length - MOST} more</p> : null}
    </section>
  );
}
