import { z } from 'zod';
import { badInput, notFound, requireOrganizationAction } from '../../authz/refusal.ts';
import { PERMISSION_GROUPS } from '../../authz/roles.ts';
import { newId } from '../../db/new-id.ts';
import { insertApiToken } from '../../db/queries/api-tokens.ts';
import { hintOf, newApiSecret } from '../../identity/api-tokens.ts';
import { hashSecret } from '../../identity/secret.ts';
import type { CreateApiTokenInput } from '../../schema/api-token-inputs.ts';
import { globalId, resourceId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { expiryInput, lineOfText, parseInput, requireLater } from '../parse-input.ts';
import { resourcesOf } from '../resources/resource-rows.ts';

const MAX_SCOPE = 1_000;

const form = z.object({
  name: lineOfText('name', 100),
  permissionGroup: z.enum(PERMISSION_GROUPS),
  scopeResourceIds: z
    .array(z.string())
    .min(1, 'scopeResourceIds names something; left out, the token reaches whatever its owner does.')
    .max(MAX_SCOPE, `scopeResourceIds holds at most ${MAX_SCOPE} ids.`)
    .nullish(),
  expiresAt: expiryInput.transform((date) => date ?? null),
});

/**
 * Makes an API token of the viewer, tied to their membership (M6); needs API_TOKEN_CREATE, in a session. Its secret is answered once.
 * @throws NOT_FOUND for a scope that the viewer does not reach, FORBIDDEN, BAD_USER_INPUT
 */
export async function createApiToken(
  context: RequestContext,
  input: CreateApiTokenInput,
): Promise<{ readonly id: string; readonly secret: string }> {
  const { name, permissionGroup, scopeResourceIds, expiresAt } = parseInput(form, input);
  const [id, secret] = [newId(), newApiSecret()];
  return context.command({
    // Who is being removed makes none: that excludes every command of the organization.
    mode: 'RESOURCES',
    organizations: async () => [],
    work: async ({ tx, actor, instant, audit }) => {
      requireOrganizationAction(actor.home, 'API_TOKEN_CREATE');
      requireLater(expiresAt, instant);
      const { id: membershipId, organizationId } = actor.rows.membership as {
        id: string;
        organizationId: string;
      };
      const found = scopeResourceIds ? await resourcesOf(tx, actor, scopeResourceIds) : null;
      const scope = found && reached(actor, found);
      const row = {
        id,
        membershipId,
        name,
        permissionGroup,
        tokenHash: hashSecret(secret),
        hint: hintOf(secret),
        createdAt: instant,
        expiresAt,
      };
      await insertApiToken(tx, row, scope);
      audit({
        organizationId,
        action: 'api_token.created',
        subjectId: globalId('token', id),
        details: { name, permissionGroup, expiresAt, scope: scope?.map(resourceId) ?? null },
      });
      return { id, secret };
    },
  });
}

type Found = Awaited<ReturnType<typeof resourcesOf>>;

/** Each once; what an ADMIN is blocked on is theirs to mend, and nothing that a token reaches. @throws NOT_FOUND, BAD_USER_INPUT */
function reached(actor: Viewer, found: Found): NonNullable<Found[number]>[] {
  const scope = found.map((resource) => {
    if (!resource) throw notFound();
    if (actor.access(resource).jobRole === 'NONE') {
      throw badInput('scopeResourceIds', 'A token reaches nothing where its owner is blocked.');
    }
    return resource;
  });
  return [...new Map(scope.map((resource) => [resource.id, resource])).values()];
}
