/**
 * Rules M1, M2, M3 and M5 read aloud: slow, one small function per rule, each citing its number. Written from the specification
 * alone and importing nothing from src, so that a mistake in the code is not repeated here.
 */
import type { organizationRoles, systemRoles } from './world.ts';

type OrganizationRole = (typeof organizationRoles)[number];

/** A membership with what M3 asks about its account. Instants are ISO 8601. */
export interface TeamMember {
  readonly id: string;
  readonly organization: string;
  readonly role: OrganizationRole;
  readonly label: string | null;
  readonly active: boolean;
  readonly expiresAt: string | null;
  readonly systemRole: (typeof systemRoles)[number];
  readonly suspended: boolean;
}

/** What `updateMember` is asked to change; what is not there stays. */
export type MemberChange = Partial<Pick<TeamMember, 'role' | 'label' | 'active' | 'expiresAt'>>;

/** A refusal as its `extensions`, as far as the specification says them. */
interface Refusal {
  readonly code: 'NOT_FOUND' | 'FORBIDDEN' | 'ROLE_NOT_ASSIGNABLE' | 'LABEL_REQUIRED' | 'LAST_ADMIN';
  readonly layer?: 'ORGANIZATION';
  readonly rule?: string;
  readonly required?: string;
  readonly actual?: string;
  readonly allowedRoles?: readonly string[];
  readonly field?: string;
}

/** A refusal, or OK with everybody's memberships as they are afterwards. */
export type Verdict = Refusal | { readonly code: 'OK'; readonly team: readonly TeamMember[] };

// ------------------------------------------------------------------ M1, M2: who may invite and assign whom

/** M1: with which roles each role may invite. */
export const mayInvite: Readonly<Record<OrganizationRole, readonly OrganizationRole[]>> = {
  ADMIN: ['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL', 'MEMBER', 'EXTERNAL'],
  MODERATOR: ['MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL', 'MEMBER', 'EXTERNAL'],
  ASSET_MANAGER_TECHNICAL: ['ASSET_MANAGER_TECHNICAL', 'MEMBER', 'EXTERNAL'],
  ASSET_MANAGER_COMMERCIAL: ['ASSET_MANAGER_COMMERCIAL', 'MEMBER', 'EXTERNAL'],
  MEMBER: [],
  EXTERNAL: [],
};

/** Section 6: `member.update` and `member.remove`. */
const leaders: readonly OrganizationRole[] = ['ADMIN', 'MODERATOR'];

/** M2, and section 7: an asset manager invites, but changes nobody's role. */
export const mayAssign = (role: OrganizationRole): readonly OrganizationRole[] =>
  leaders.includes(role) ? mayInvite[role] : [];

/** M2 turned round. */
const whoMayAssign = (role: OrganizationRole) => leaders.filter((each) => mayAssign(each).includes(role));

// ------------------------------------------------------------------ section 6: who sees and changes whom

/** `member.list`: a live member sees the own organization's, an EXTERNAL themselves alone. */
function sees(actor: TeamMember, target: TeamMember, at: Date): boolean {
  const live = actor.active && !hasExpired(actor, at) && !actor.suspended;
  if (!live || actor.organization !== target.organization) return false;
  return actor.id === target.id || actor.role !== 'EXTERNAL';
}

const hasExpired = ({ expiresAt }: TeamMember, at: Date) =>
  expiresAt !== null && Date.parse(expiresAt) <= at.getTime();

function mayLead(actor: TeamMember, action: 'MEMBER_UPDATE' | 'MEMBER_REMOVE'): Refusal | null {
  if (leaders.includes(actor.role)) return null;
  const needs = { required: action, actual: actor.role, allowedRoles: leaders };
  return { code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'section 6', ...needs };
}

/** M2: a role that the actor may assign. */
function mayTouch(actor: TeamMember, role: OrganizationRole, code: Refusal['code']): Refusal | null {
  if (mayAssign(actor.role).includes(role)) return null;
  const needs = { required: role, actual: actor.role, allowedRoles: whoMayAssign(role) };
  return { code, layer: 'ORGANIZATION', rule: 'M2', ...needs };
}

/** M2: nobody changes their own pause or expiry, and an ADMIN alone their own role. */
function mayChangeThemselves(before: TeamMember, after: TeamMember): Refusal | null {
  const role = before.role !== after.role && before.role !== 'ADMIN';
  if (!role && before.active === after.active && before.expiresAt === after.expiresAt) return null;
  return { code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'M2', actual: before.role };
}

// ------------------------------------------------------------------ M3, M5: what must hold afterwards

/** M3: an ADMIN whose membership is active and has no expiry and whose account is neither suspended nor DEMO. */
const isLastingAdmin = (member: TeamMember) =>
  member.role === 'ADMIN' &&
  member.active &&
  member.expiresAt === null &&
  !member.suspended &&
  member.systemRole !== 'DEMO';

/** M3: the last lasting ADMIN stays one. `after` is null where the membership ends. */
function keepsAnAdmin(
  team: readonly TeamMember[],
  before: TeamMember,
  after: TeamMember | null,
): Refusal | null {
  const colleagues = team.filter((one) => one.organization === before.organization && one.id !== before.id);
  const loses = isLastingAdmin(before) && (after === null || !isLastingAdmin(after));
  if (!loses || colleagues.some(isLastingAdmin)) return null;
  return { code: 'LAST_ADMIN', layer: 'ORGANIZATION', rule: 'M3' };
}

/** M2: an ADMIN steps down while another live ADMIN remains. */
function leavesALiveAdmin(team: readonly TeamMember[], before: TeamMember, after: TeamMember, at: Date) {
  if (before.role !== 'ADMIN' || after.role === 'ADMIN') return null;
  const isLive = (one: TeamMember) => one.active && !hasExpired(one, at) && !one.suspended;
  const others = team.filter((one) => one.organization === before.organization && one.id !== before.id);
  if (others.some((one) => one.role === 'ADMIN' && isLive(one))) return null;
  return { code: 'LAST_ADMIN', layer: 'ORGANIZATION' } as const;
}

/** M5: an EXTERNAL needs a label. */
const isLabelled = ({ role, label }: TeamMember): Refusal | null =>
  role === 'EXTERNAL' && label === null ? { code: 'LABEL_REQUIRED', field: 'label' } : null;

// ------------------------------------------------------------------ the commands

function named(team: readonly TeamMember[], id: string): TeamMember {
  const found = team.find((one) => one.id === id);
  if (!found) throw new Error(`this team holds no ${id}`);
  return found;
}

const without = (team: readonly TeamMember[], id: string) => team.filter((one) => one.id !== id);

/** `updateMember` by a USER account. Throws for ids that the team does not hold. */
export function updateMember(
  team: readonly TeamMember[],
  actorId: string,
  targetId: string,
  change: MemberChange,
  at: Date,
): Verdict {
  const actor = named(team, actorId);
  const before = named(team, targetId);
  const after = { ...before, ...change };
  if (!sees(actor, before, at)) return { code: 'NOT_FOUND' };
  const refusal =
    mayLead(actor, 'MEMBER_UPDATE') ??
    (actor === before
      ? mayChangeThemselves(before, after)
      : (mayTouch(actor, before.role, 'FORBIDDEN') ?? mayTouch(actor, after.role, 'ROLE_NOT_ASSIGNABLE'))) ??
    isLabelled(after) ??
    keepsAnAdmin(team, before, after) ??
    (actor === before ? leavesALiveAdmin(team, before, after, at) : null);
  return refusal ?? { code: 'OK', team: team.map((one) => (one === before ? after : one)) };
}

/** `removeMember` by a USER account. Throws for ids that the team does not hold. */
export function removeMember(
  team: readonly TeamMember[],
  actorId: string,
  targetId: string,
  at: Date,
): Verdict {
  const actor = named(team, actorId);
  const target = named(team, targetId);
  if (!sees(actor, target, at)) return { code: 'NOT_FOUND' };
  const refusal =
    mayLead(actor, 'MEMBER_REMOVE') ??
    (actor === target ? null : mayTouch(actor, target.role, 'FORBIDDEN')) ??
    keepsAnAdmin(team, target, null);
  return refusal ?? { code: 'OK', team: without(team, targetId) };
}

/** M6: `leaveOrganization` by a USER account, whose membership may be paused or expired. Throws for an id that the team does not hold. */
export function leaveOrganization(team: readonly TeamMember[], id: string): Verdict {
  return keepsAnAdmin(team, named(team, id), null) ?? { code: 'OK', team: without(team, id) };
}
