import { notFound, requireFullAccount, unauthenticated } from '../../authz/refusal.ts';
import { deleteSession } from '../../db/queries/sessions.ts';
import { globalId, parseGlobalId } from '../../schema/global-id.ts';
import type { RevokeSessionInput } from '../../schema/session-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';

/** Ends the session of this request, and takes its cookie. */
export async function signOut(context: RequestContext): Promise<void> {
  await endSession(context, 'session.signed_out', (current) => current);
  context.cookie.clear();
}

/** Ends one of the viewer's sessions. NOT_FOUND for any other. */
export async function revokeSession(
  context: RequestContext,
  { sessionId }: RevokeSessionInput,
): Promise<void> {
  await endSession(context, 'session.revoked', () => parseGlobalId('session', sessionId));
}

const endSession = (context: RequestContext, action: string, choose: (currentId: string) => string | null) =>
  context.command({
    mode: 'RESOURCES',
    organizations: async () => [],
    work: async ({ tx, actor, audit }) => {
      const { session, user, membership } = actor.rows;
      if (!session) throw unauthenticated();
      // D1: a demo account signs out, no more; its sessions are many people's.
      if (action !== 'session.signed_out') requireFullAccount(actor.facts.account, 'SESSION_REVOKE');
      const id = choose(session.id);
      if (id === null || !(await deleteSession(tx, user.id, id)))
        // Its own session can only have ended in the meantime.
        throw id === session.id ? unauthenticated() : notFound();
      const organizationId = membership?.organizationId ?? null;
      audit({ organizationId, action, subjectId: globalId('session', id), details: {} });
    },
  });
