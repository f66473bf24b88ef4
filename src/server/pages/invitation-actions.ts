import { badInput } from '../../authz/refusal.ts';
import { register } from '../../resolvers/accounts/register.ts';
import { resendVerification } from '../../resolvers/accounts/resend-verification.ts';
import { acceptInvitation } from '../../resolvers/invitations/accept-invitation.ts';
import { declineInvitation } from '../../resolvers/invitations/decline-invitation.ts';
import type { InvitationPreview } from '../../resolvers/invitations/invitation-preview.ts';
import { leaveOrganization } from '../../resolvers/members/leave-organization.ts';
import { signOut } from '../../resolvers/sessions/end-session.ts';
import { signIn } from '../../resolvers/sessions/sign-in.ts';
import { addressOf, type PageRequest } from './page.ts';
import { languageOf } from './page-language.ts';

/** What a button on the page of an open invitation does, by the commands of the API; answers where the browser goes on. */
export type InvitationAction = (
  page: PageRequest,
  token: string,
  preview: InvitationPreview,
) => Promise<string>;

export const INVITATION_ACTIONS: ReadonlyMap<string, InvitationAction> = new Map<string, InvitationAction>([
  [
    'register',
    async ({ context, form, kept }, token) => {
      const language = languageOf(form('language'));
      const given = { name: form('name') ?? '', password: form('password') ?? '' };
      if (!language) throw badInput('language', 'language is one of ours.');
      await register(context, { invitationToken: token, ...given, language });
      kept.keep(token);
      return addressOf('invitation', { token, sent: 'yes', lang: language });
    },
  ],
  [
    'resend',
    async ({ context, form }, token, { email }) => {
      await resendVerification(context, { email });
      return addressOf('invitation', { token, sent: 'again', lang: languageOf(form('lang')) });
    },
  ],
  [
    'sign-in',
    async ({ context, form }, token, { email }) => {
      await signIn(context, { email, password: form('password') ?? '' });
      return pageOf(token);
    },
  ],
  [
    'sign-out',
    async ({ context }, token) => {
      // Whose session has ended meanwhile is signed out already.
      if ((await context.reading()).viewerOrNobody) await signOut(context);
      return pageOf(token);
    },
  ],
  [
    'leave',
    async ({ context, form }, token, { email }) => {
      const rows = (await context.reading()).viewerOrNobody?.rows;
      // Sent a second time, or by another tab's account: the page says what is next.
      if (rows?.user.email !== email || !rows.membership) return pageOf(token);
      if (form('confirm') !== 'yes') throw badInput('confirm', 'Leaving is confirmed.');
      await leaveOrganization(context);
      return pageOf(token);
    },
  ],
  [
    'accept',
    async ({ context, form, kept }, token, { type, needsOrganization }) => {
      await acceptInvitation(context, { token, ...(needsOrganization && described(form)) });
      kept.clear();
      return addressOf('invitation', { done: type === 'COOPERATION' ? 'cooperation' : 'member' });
    },
  ],
  [
    'decline',
    async ({ context, form, kept }, token) => {
      await declineInvitation(context, { token });
      kept.clear();
      return addressOf('invitation', { done: 'declined', lang: languageOf(form('lang')) });
    },
  ],
]);

const pageOf = (token: string) => addressOf('invitation', { token });

/** The input of a new organization; a field that is left empty was not given. */
function described(form: PageRequest['form']) {
  const given = (name: string) => form(name) || null;
  return {
    organization: {
      name: form('organization.name') ?? '',
      contactEmail: given('organization.contactEmail'),
      phone: given('organization.phone'),
      address: given('organization.address'),
      country: given('organization.country'),
      registrationNumber: given('organization.registrationNumber'),
      taxId: given('organization.taxId'),
    },
    portfolioName: given('portfolioName'),
  };
}
