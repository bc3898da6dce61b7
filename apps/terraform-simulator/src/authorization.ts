import type { IncomingMessage } from 'node:http';
import type { Run } from './run.js';
import type { SimulatorState } from './state.js';

/** How the bearer token of a request compares with the run's; never the token itself. */
export type TokenComparison = 'equal' | 'unequal' | 'absent';

/** Compares the bearer token of a request for a run's address; anything but the run's own is a violation. */
export function compareToken(request: IncomingMessage, run: Run, state: SimulatorState): TokenComparison {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (token !== undefined && run.owns(token)) return 'equal';
  if (token !== undefined && state.isTokenOfAnother(token, run)) {
    state.violations.add('token_of_another_run', run.taskResultId, 'A request carried the token of another run.');
  } else if (token !== run.accessToken) {
    state.violations.add(
      'wrong_token',
      run.taskResultId,
      `The bearer token was ${token === undefined ? 'absent' : 'wrong'}.`,
    );
  }
  return token === undefined ? 'absent' : 'unequal';
}
