import { sql } from 'drizzle-orm';
import { seesCooperations } from '../../authz/sight.ts';
import { SHARE_AGE, SHARES, sharesSeenBy } from '../../db/queries/shares.ts';
import type { PageArgs } from '../../schema/connection.ts';
import { loadConnection } from '../connections/connection.ts';
import type { Reading } from '../context/reading.ts';
import { ShareModel } from './share-model.ts';

const PARENTS = {
  COOPERATION: sql`s.cooperation_id = scope.id`,
  PORTFOLIO: sql`s.portfolio_id = scope.id`,
  PARK: sql`s.park_id = scope.id`,
} as const;

/**
 * The shares through a cooperation, or on a resource, that the viewer sees, the oldest first; null for those who see none (section 6).
 * The caller has found the parent visible.
 */
export function listShares(
  reading: Reading,
  parent: { readonly kind: keyof typeof PARENTS; readonly id: string },
  args: PageArgs,
) {
  const { viewer } = reading;
  if (!seesCooperations(viewer.home)) return null;
  return loadConnection(
    reading,
    {
      name: `${parent.kind} shares`,
      order: { name: 'CREATED_AT', key: SHARE_AGE, descending: false },
      filter: null,
      query: () => ({
        source: SHARES,
        parent: PARENTS[parent.kind],
        where: sharesSeenBy(viewer.rows.membership?.organizationId as string),
      }),
      toItem: (row) => new ShareModel(row, viewer),
    },
    args,
    parent.id,
  );
}
