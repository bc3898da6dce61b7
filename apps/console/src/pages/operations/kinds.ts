import type { OperationBody } from '@rungate/contract';

interface KindTexts {
  readonly name: string;
  /** What the dialog that plans one is called. */
  readonly title: string;
  readonly effect: string;
}

/** What can be done to many, as people read it. */
export const KIND_TEXTS: Readonly<Record<OperationBody['kind'], KindTexts>> = {
  resend: {
    name: 'Resend',
    title: 'Send verdicts again',
    effect: 'Verdicts that did not arrive are sent again, where their Terraform still listens.',
  },
  reevaluate: {
    name: 'Re-evaluate',
    title: 'Re-evaluate',
    effect:
      'The checks of today judge the plans that were kept. What they say is kept here, and is not sent to Terraform: a verdict is final.',
  },
};
