import { z } from 'zod';
import { deadLink, requireFullAccount } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { violatedConstraint } from '../../db/errors.ts';
import { invitationOfToken } from '../../db/queries/invitations.ts';
import { hashSecret } from '../../identity/secret.ts';
import type { AcceptInvitationInput } from '../../schema/invitation-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { organizationFields } from '../organizations/organization-input.ts';
import { lineOfText, parseInput } from '../parse-input.ts';
import { accept, alreadyInOrganization, organizationsOfAcceptance } from './accept.ts';
import type { Accepted } from './acceptance.ts';
import type { NewTenant } from './create-tenant.ts';

const form = z.object({
  token: z.string(),
  organization: z.object({ name: lineOfText('name', 200), ...organizationFields }).nullish(),
  portfolioName: lineOfText('portfolioName', 200).nullish(),
});

/**
 * Accepts an invitation for the viewer, whose verified address is the invited one (I1).
 * @throws NOT_FOUND for a link that is not good (one answer), FORBIDDEN, ALREADY_IN_ORGANIZATION, BAD_USER_INPUT, RATE_LIMITED
 */
export async function acceptInvitation(
  context: RequestContext,
  input: AcceptInvitationInput,
): Promise<Accepted> {
  const { token, organization, portfolioName } = parseInput(form, input);
  await context.limits.consume({}, 'linkByAddress');
  const tokenHash = hashSecret(token);
  const work = context.command({
    mode: 'ACCESS',
    organizations: async (tx) => organizationsOfAcceptance(await open(tx, tokenHash)),
    work: async (command) => {
      requireFullAccount(command.actor.facts.account, 'INVITATION_ACCEPT');
      return accept(
        command,
        await open(command.tx, tokenHash),
        command.actor.rows.user.id,
        organization ? tenantOf(organization, portfolioName) : null,
      );
    },
  });
  return work.catch(refuseSecondMembership);
}

async function open(tx: Tx, tokenHash: Uint8Array) {
  const invitation = await invitationOfToken(tx, tokenHash);
  if (!invitation) throw deadLink();
  return invitation;
}

const tenantOf = (
  { name, ...details }: NonNullable<z.output<typeof form>['organization']>,
  portfolioName: string | null | undefined,
): NewTenant => ({
  organization: {
    name,
    contactEmail: details.contactEmail ?? null,
    phone: details.phone ?? null,
    address: details.address ?? null,
    country: details.country ?? null,
    registrationNumber: details.registrationNumber ?? null,
    taxId: details.taxId ?? null,
  },
  // The first portfolio is called like the company unless it says otherwise.
  portfolioName: portfolioName ?? name,
});

/** M4: of two acceptances at once the database lets one through; for `catch`. */
function refuseSecondMembership(error: unknown): never {
  if (violatedConstraint(error) === 'memberships_one_per_user') throw alreadyInOrganization();
  throw error;
}
