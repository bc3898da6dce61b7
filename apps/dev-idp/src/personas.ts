/** What a persona is of: the platform, or the organization of that slug. */
export type PersonaPlane = 'platform' | 'acme' | 'globex';

/** Somebody whom anybody on this machine may be. */
export interface Persona {
  readonly id: string;
  readonly name: string;
  readonly plane: PersonaPlane;
  /** Rules of the connection turn them into a role, as those of a real provider. */
  readonly groups: readonly string[];
}

/** Everybody there is, as the buttons are named. */
export const PERSONAS: readonly Persona[] = [
  { id: 'olivia', name: 'Olivia Owner', plane: 'platform', groups: ['rungate-owners'] },
  { id: 'omar', name: 'Omar Operator', plane: 'platform', groups: ['rungate-operators'] },
  { id: 'ada', name: 'Ada Admin (acme)', plane: 'acme', groups: ['rungate-admins', 'engineering'] },
  { id: 'vik', name: 'Vik Viewer (acme)', plane: 'acme', groups: ['engineering'] },
  { id: 'gita', name: 'Gita Admin (globex)', plane: 'globex', groups: ['rungate-admins'] },
];
