import { z } from 'zod';
import { cooperationExists, selfCooperation } from '../../authz/cooperation-rules.ts';
import { badInput, notFound, requireOrganizationAction } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { violatedConstraint } from '../../db/errors.ts';
import { newId } from '../../db/new-id.ts';
import { isIdentifier, newIdentifier } from '../../db/new-identifier.ts';
import {
  haveCooperation,
  insertCooperation,
  organizationByIdentifier,
} from '../../db/queries/cooperations.ts';
import { isMemberByEmail } from '../../db/queries/invitations.ts';
import { liveAdminsOf } from '../../db/queries/members.ts';
import { insertOrganization } from '../../db/queries/organizations.ts';
import type { Command } from '../../db/tx.ts';
import type { InviteCooperationInput } from '../../schema/cooperation-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { invitedEmail } from '../invitations/invitation-input.ts';
import { languageInput } from '../invitations/language-input.ts';
import { countInvitation, refuseSecondInvitation, sendInvitation } from '../invitations/send-invitation.ts';
import { expiryInput, parseInput, requireLater } from '../parse-input.ts';
import { purposeInput } from './purpose-input.ts';

const form = z.object({
  organizationIdentifier: z
    .string()
    .transform((identifier) => identifier.trim().toLowerCase())
    .nullish(),
  email: invitedEmail().nullish(),
  purpose: purposeInput.transform((purpose) => purpose ?? null),
  expiresAt: expiryInput.transform((date) => date ?? null),
  language: languageInput,
});

type Invited = Pick<z.output<typeof form>, 'purpose' | 'expiresAt' | 'language'>;

/**
 * Invites to a cooperation: an organization by its identifier (C4), or whoever has an address (C3). Needs COOPERATION_MANAGE. Answers
 * the cooperation's UUID.
 * @throws FORBIDDEN, NOT_FOUND for an identifier that no organization has, SELF_COOPERATION, COOPERATION_EXISTS, ALREADY_INVITED,
 * RATE_LIMITED, BAD_USER_INPUT
 */
export async function inviteCooperation(
  context: RequestContext,
  input: InviteCooperationInput,
): Promise<string> {
  const { organizationIdentifier: identifier, email, ...invited } = parseInput(form, input);
  if ((identifier == null) === (email == null)) {
    const field = email == null ? 'organizationIdentifier' : 'email';
    throw badInput(field, 'Give exactly one of organizationIdentifier and email.');
  }
  // Whose invitation would be refused anyway counts against nobody.
  requireOrganizationAction((await context.reading()).viewer.home, 'COOPERATION_MANAGE');
  await countInvitation(context, email ?? `identifier ${identifier}`);
  const work =
    email == null
      ? inviteOrganization(context, identifier as string, invited)
      : inviteAddress(context, email, invited);
  return work.catch((error: unknown) => {
    if (violatedConstraint(error) === 'cooperations_one_per_pair') throw cooperationExists();
    return refuseSecondInvitation(error);
  });
}

function inviteOrganization(
  context: RequestContext,
  identifier: string,
  { purpose, expiresAt }: Invited,
): Promise<string> {
  return context.command({
    mode: 'ACCESS',
    organizations: async (tx, viewer) => [await organizationCalled(tx, viewer, identifier)],
    work: async (command) => {
      const { tx, actor, instant, audit, mail } = command;
      const partnerId = await organizationCalled(tx, actor, identifier);
      const initiatorId = homeOf(actor);
      requireLater(expiresAt, instant);
      if (partnerId === initiatorId) throw selfCooperation('organizationIdentifier');
      if (await haveCooperation(tx, initiatorId, partnerId)) throw cooperationExists();
      const invitedById = actor.rows.user.id;
      const id = await store(command, { partnerId, invitedById, purpose, expiresAt });
      const subjectId = globalId('cooperation', id);
      const initiator = actor.rows.organization?.name ?? '';
      for (const { name, email, language } of await liveAdminsOf(tx, partnerId, instant)) {
        mail({
          template: 'COOPERATION_REQUESTED',
          language,
          recipient: email,
          params: { name, organizationName: initiator, purpose: purpose ?? '' },
        });
      }
      const details = { purpose, expiresAt };
      audit({
        organizationId: initiatorId,
        cooperationId: id,
        action: 'cooperation.invited',
        subjectId,
        details: { ...details, identifier },
      });
      audit({
        organizationId: partnerId,
        cooperationId: id,
        action: 'cooperation.requested',
        subjectId,
        details: { ...details, initiator },
      });
      return id;
    },
  });
}

/** C4. @throws FORBIDDEN before anything is looked up, NOT_FOUND */
async function organizationCalled(tx: Tx, actor: Viewer, identifier: string): Promise<string> {
  requireOrganizationAction(actor.home, 'COOPERATION_MANAGE');
  const id = isIdentifier(identifier) ? await organizationByIdentifier(tx, identifier) : null;
  if (id === null) throw notFound();
  return id;
}

function inviteAddress(
  context: RequestContext,
  email: string,
  { purpose, expiresAt, language }: Invited,
): Promise<string> {
  return context.command({
    mode: 'ACCESS',
    organizations: async (_, viewer) => {
      requireOrganizationAction(viewer.home, 'COOPERATION_MANAGE');
      return [];
    },
    work: async (command) => {
      const { tx, actor, instant, audit } = command;
      requireOrganizationAction(actor.home, 'COOPERATION_MANAGE');
      requireLater(expiresAt, instant);
      const initiatorId = homeOf(actor);
      // Their own members are no secret to them; of anybody else nothing is told (I2).
      if (await isMemberByEmail(tx, initiatorId, email)) throw selfCooperation('email');
      const partnerId = newId();
      await insertOrganization(tx, {
        id: partnerId,
        identifier: newIdentifier(),
        name: email,
        placeholder: true,
        createdAt: instant,
      });
      const id = await store(command, { partnerId, invitedById: null, purpose, expiresAt });
      const invitationId = await sendInvitation(context, command, {
        type: 'COOPERATION',
        email,
        language,
        role: null,
        label: null,
        organization: { id: initiatorId, name: actor.rows.organization?.name ?? '' },
        cooperation: { id, purpose, expiresAt },
      });
      audit({
        organizationId: initiatorId,
        cooperationId: id,
        action: 'cooperation.invited',
        subjectId: globalId('cooperation', id),
        details: { email, purpose, expiresAt, invitationId: globalId('invitation', invitationId) },
      });
      return id;
    },
  });
}

/** Stores a pending cooperation; answers its UUID. */
async function store(
  { tx, actor, instant }: Command<Viewer>,
  row: Omit<Parameters<typeof insertCooperation>[1], 'id' | 'initiatorId' | 'createdAt'>,
): Promise<string> {
  const id = newId();
  await insertCooperation(tx, { ...row, id, initiatorId: homeOf(actor), createdAt: instant });
  return id;
}

const homeOf = (actor: Viewer): string => actor.rows.membership?.organizationId as string;
