import { newId } from '../../db/new-id.ts';
import { newIdentifier } from '../../db/new-identifier.ts';
import { insertMembership } from '../../db/queries/accounts.ts';
import type { InvitationRow } from '../../db/queries/invitations.ts';
import { insertOrganization, type OrganizationDetails } from '../../db/queries/organizations.ts';
import { insertPortfolio } from '../../db/queries/resource-writes.ts';
import type { UserRow } from '../../db/queries/sessions.ts';
import type { Command } from '../../db/tx.ts';
import { globalId } from '../../schema/global-id.ts';

/** A new organization, as its first ADMIN describes it. */
export interface NewTenant {
  readonly organization: OrganizationDetails;
  readonly portfolioName: string;
}

/** Makes an organization with its first portfolio, and the one who accepted its ADMIN. Answers the organization's UUID. */
export async function createTenant(
  { tx, instant, audit }: Command<unknown>,
  invitation: InvitationRow,
  user: UserRow,
  { organization, portfolioName }: NewTenant,
): Promise<string> {
  const id = newId();
  await insertOrganization(tx, { ...organization, id, identifier: newIdentifier(), createdAt: instant });
  await insertFirstAdmin(tx, id, user, instant);
  await insertPortfolio(tx, { id: newId(), organizationId: id, name: portfolioName, createdAt: instant });
  const subjectId = globalId('organization', id);
  const details = {
    name: organization.name,
    portfolio: portfolioName,
    userId: globalId('user', user.id),
    admin: user.name,
    invitationId: globalId('invitation', invitation.id),
  };
  audit({ organizationId: id, action: 'organization.created', subjectId, details });
  audit({
    organizationId: null,
    action: 'organization.created',
    subjectId,
    details: { name: organization.name },
  });
  return id;
}

/** Makes somebody the ADMIN of an organization without members. */
const insertFirstAdmin = (
  tx: Command<unknown>['tx'],
  organizationId: string,
  user: UserRow,
  instant: Date,
): Promise<void> =>
  insertMembership(tx, {
    id: newId(),
    userId: user.id,
    organizationId,
    role: 'ADMIN',
    label: null,
    joinedAt: instant,
  });
