import { z } from 'zod';
import { requireFullAccount } from '../../authz/refusal.ts';
import { updateUser } from '../../db/queries/accounts.ts';
import { lockUser, type UserRow } from '../../db/queries/sessions.ts';
import { NothingChanged } from '../../db/tx.ts';
import type { UpdateProfileInput } from '../../schema/account-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import { changedFields } from '../changes.ts';
import type { RequestContext } from '../context/request-context.ts';
import { lineOfText, parseInput } from '../parse-input.ts';

const form = z.object({
  name: lineOfText('name', 200).nullish(),
  language: z.enum(['EN', 'DE', 'ES', 'FR', 'PT', 'IT']).nullish(),
});

/** Changes the viewer's name and language. @throws BAD_USER_INPUT */
export function updateProfile(context: RequestContext, input: UpdateProfileInput): Promise<void> {
  const { name, language } = parseInput(form, input);
  return context.command({
    mode: 'RESOURCES',
    organizations: async () => [],
    work: async ({ tx, actor, audit }) => {
      requireFullAccount(actor.facts.account, 'PROFILE_UPDATE');
      const row = (await lockUser(tx, actor.rows.user.id)) as UserRow;
      const changes = { name: name ?? undefined, language: language ?? undefined };
      const { before, after, none } = changedFields<Partial<UserRow>>(row, changes);
      if (none) throw new NothingChanged(undefined);
      await updateUser(tx, row.id, after);
      audit({
        organizationId: actor.rows.membership?.organizationId ?? null,
        action: 'user.profile_updated',
        subjectId: globalId('user', row.id),
        details: { before, after },
      });
    },
  });
}
