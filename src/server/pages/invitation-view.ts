import type { AccountRows } from '../../db/queries/sessions.ts';
import type { Language } from '../../identity/translator.ts';
import type { InvitationPreview } from '../../resolvers/invitations/invitation-preview.ts';
import type { Fault } from './fault.ts';
import type { InvitationStep } from './invitation-step.ts';
import type { Sent } from './page.ts';

/** An open invitation as one page shows it. */
export interface InvitationView {
  readonly token: string;
  readonly preview: InvitationPreview;
  readonly step: InvitationStep;
  readonly language: Language;
  /** Who is signed in. */
  readonly account: Pick<AccountRows, 'user' | 'organization'> | null;
  readonly fault: Fault | null;
  /** What was typed, to be shown again. */
  readonly typed: Sent;
  readonly sentAgain: boolean;
}
