import { sql } from 'drizzle-orm';
import { seesEveryToken } from '../../authz/sight.ts';
import { API_TOKEN_AGE, API_TOKENS } from '../../db/queries/api-tokens.ts';
import type { PageArgs } from '../../schema/connection.ts';
import { loadConnection } from '../connections/connection.ts';
import type { Reading } from '../context/reading.ts';
import type { OrganizationModel } from '../organizations/organization-model.ts';
import { NO_ID } from '../resources/list-resources.ts';
import { ApiTokenModel } from './api-token-model.ts';

const PARENTS = {
  member: sql`t.membership_id = scope.id`,
  organization: sql`m.organization_id = scope.id`,
} as const;

const listTokens = (reading: Reading, kind: keyof typeof PARENTS, parentId: string, args: PageArgs) =>
  loadConnection(
    reading,
    {
      name: `${kind} API tokens`,
      order: { name: 'CREATED_AT', key: API_TOKEN_AGE, descending: false },
      filter: null,
      query: () => ({ source: API_TOKENS, parent: PARENTS[kind], where: sql`true` }),
      toItem: (row) => new ApiTokenModel(row, reading.viewer),
    },
    args,
    parentId,
  );

/** The viewer's own tokens, the oldest first, those that do not work any more too. */
export const listOwnTokens = (reading: Reading, args: PageArgs) =>
  listTokens(reading, 'member', reading.viewer.rows.membership?.id ?? NO_ID, args);

/** Every token of an organization, the oldest first; null for those who do not see all (section 6, V3). */
export const listTokensOf = (reading: Reading, { uuid }: OrganizationModel, args: PageArgs) =>
  seesEveryToken(reading.viewer.inOrganization(uuid))
    ? listTokens(reading, 'organization', uuid, args)
    : null;
