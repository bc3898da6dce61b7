import type { LiveBoardBody } from '@rungate/contract';
import type { ReactNode } from 'react';
import classes from './Live.module.css';

/** The four numbers that say whether somebody must act. */
export function Numbers({ numbers }: Pick<LiveBoardBody, 'numbers'>): ReactNode {
  const { inFlight, atRisk, missedLastHour, callbacksFailing } = numbers;
  return (
    <div className={classes.numbers}>
      <One name="In flight" number={inFlight} sign="" />
      <One name="At risk, under 2 min left" number={atRisk} sign="⚠" />
      <One name="Missed in the last hour" number={missedLastHour} sign="✕" />
      <One name="Callbacks failing" number={callbacksFailing} sign="✕" />
    </div>
  );
}

interface OneProps {
  readonly name: string;
  readonly number: number;
  /** Shown before a number that is not 0; empty where it is no alarm. */
  readonly sign: string;
}

function One({ name, number, sign }: OneProps): ReactNode {
  const isAlarm = sign !== '' && number > 0;
  return (
    <div className={classes.number} data-tone={isAlarm ? 'bad' : 'quiet'}>
      <b>
        {isAlarm ? <span aria-hidden>{sign} </span> : null}
        {number.toLocaleString('en')}
      </b>
      <span>{name}</span>
    </div>
  );
}
