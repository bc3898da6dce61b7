export { INVARIANTS, violationsOf, type Invariant, type Violation } from '@rungate/run-task/testing';
