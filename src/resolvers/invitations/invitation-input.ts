import { z } from 'zod';
import { type AccessFacts, foldFacts } from '../../authz/facts.ts';
import { requireGranting, requireNoRaiseOnLapse, requireOwnChange } from '../../authz/grant-rules.ts';
import { badInput, notFound } from '../../authz/refusal.ts';
import { JOB_ROLES, ORGANIZATION_ROLES, type OrganizationRole } from '../../authz/roles.ts';
import type { Tx } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import type { InvitationGrantRow } from '../../db/queries/invitations.ts';
import { canonicalEmail } from '../../identity/email.ts';
import { resourceId as globalResourceId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';
import { expiryInput, lineOfText } from '../parse-input.ts';
import { resourcesOf } from '../resources/resource-rows.ts';

/** How many grants one invitation may carry. */
const MAX_GRANTS = 100;

/** An address to invite, in canonical form. */
export const invitedEmail = (label = 'email') =>
  z
    .string()
    .transform(canonicalEmail)
    .refine((email): email is string => email !== null, `${label} is an e-mail address.`);

export const invitationFields = {
  role: z.enum(ORGANIZATION_ROLES),
  label: lineOfText('label', 100).nullish(),
  grants: z
    .array(z.object({ resourceId: z.string(), role: z.enum(JOB_ROLES), expiresAt: expiryInput }))
    .max(MAX_GRANTS, `grants holds at most ${MAX_GRANTS} grants.`)
    .nullish(),
};

type GrantsInput = z.output<typeof invitationFields.grants>;
type CarriedGrant = Omit<InvitationGrantRow, 'id' | 'invitationId'>;

/** For whom an invitation is, as far as grants are judged by it. */
interface Invited {
  readonly organizationId: string;
  readonly role: OrganizationRole;
}

/**
 * The grants that an invitation is to carry in the place of `present`, if the actor may give, replace and take them (G1) of a member with
 * that role, and none raises access when it lapses (G4). One that stays as it is keeps whoever gave it.
 * @throws NOT_FOUND, FORBIDDEN, EXPIRY_RAISES_ACCESS, BAD_USER_INPUT naming grants.N.…
 */
export async function grantsToCarry(
  tx: Tx,
  actor: Viewer,
  invited: Invited,
  given: GrantsInput,
  present: readonly CarriedGrant[],
  instant: Date,
): Promise<CarriedGrant[]> {
  const wanted = await resolve(tx, actor, given ?? [], instant);
  const kept = wanted.map((grant) => present.find((other) => isSame(grant, other)) ?? grant);
  const added = kept.filter((grant) => !present.includes(grant));
  const removed = present.filter((grant) => !kept.includes(grant));
  if (added.length + removed.length > 0) requireGranting(true, actor.home);
  const member = { before: invitedMember(invited, present), after: invitedMember(invited, kept) };
  for (const { resource } of removed) {
    requireOwnChange(actor.facts, resource, member, instant.getTime());
  }
  for (const { resource } of added) {
    // Who is not here yet had nothing before.
    requireOwnChange(actor.facts, resource, { ...member, before: member.after }, instant.getTime());
    const grant = member.after.grantOn.get(resource.id) ?? null;
    requireNoRaiseOnLapse({ resource, member: member.after, grant });
  }
  return kept;
}

/** G4 for what an invitation carries already, when its role changes. @throws EXPIRY_RAISES_ACCESS */
export function requireNoRaises(invited: Invited, carried: readonly CarriedGrant[]): void {
  const member = invitedMember(invited, carried);
  for (const grant of member.grants) requireNoRaiseOnLapse({ resource: grant.resource, member, grant });
}

const isSame = (a: CarriedGrant, b: CarriedGrant): boolean =>
  a.resource.id === b.resource.id &&
  a.role === b.role &&
  (a.expiresAt?.getTime() ?? null) === (b.expiresAt?.getTime() ?? null);

/** Finds the resources, all at once, and checks what does not depend on other grants. */
async function resolve(
  tx: Tx,
  actor: Viewer,
  given: NonNullable<GrantsInput>,
  instant: Date,
): Promise<CarriedGrant[]> {
  const found = await resourcesOf(
    tx,
    actor,
    given.map(({ resourceId }) => resourceId),
  );
  const seen = new Set<string>();
  return given.map(({ role, expiresAt = null }, index) => {
    const resource = found[index];
    if (!resource) throw notFound();
    if (!actor.access(resource).own) {
      throw badInput(`grants.${index}.resourceId`, 'An invitation grants on own resources only.');
    }
    if (seen.has(resource.id)) {
      throw badInput(`grants.${index}.resourceId`, 'There is another grant on this resource.');
    }
    seen.add(resource.id);
    if (expiresAt !== null && expiresAt <= instant) {
      throw badInput(`grants.${index}.expiresAt`, 'expiresAt lies in the future.');
    }
    return { resource, role, expiresAt, grantedById: actor.rows.user.id };
  });
}

/** Somebody who has accepted, with nothing but what the invitation gives. */
function invitedMember({ organizationId, role }: Invited, grants: readonly CarriedGrant[]): AccessFacts {
  return foldFacts({
    account: { userId: newId(), systemRole: 'USER', suspended: false },
    membership: { id: newId(), organizationId, role, active: true, expiresAt: null },
    grants: grants.map((grant) => ({
      id: newId(),
      resource: grant.resource,
      role: grant.role,
      expiresAt: grant.expiresAt?.getTime() ?? null,
    })),
    shares: [],
    token: null,
  });
}

/** Grants as records show them. */
export const shownGrants = (grants: readonly Pick<CarriedGrant, 'resource' | 'role' | 'expiresAt'>[]) =>
  grants.map(({ resource, role, expiresAt }) => ({
    resourceId: globalResourceId(resource),
    role,
    expiresAt,
  }));
