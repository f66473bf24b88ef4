import { reaches } from '../../authz/permission-groups.ts';
import { type IdPrefix, parseGlobalId, prefixOf } from '../../schema/global-id.ts';
import { loadApiToken } from '../api-tokens/load-api-token.ts';
import type { Reading } from '../context/reading.ts';
import { loadContract } from '../contracts/load-contract.ts';
import { loadCooperation } from '../cooperations/load-cooperation.ts';
import { loadEvent } from '../events/load-event.ts';
import { loadGrant } from '../grants/load-grant.ts';
import { loadInvitation } from '../invitations/load-invitation.ts';
import { loadMember, loadUser } from '../members/load-member.ts';
import { loadOrganization } from '../organizations/load-organization.ts';
import { loadReport } from '../reports/load-report.ts';
import { loadComponent, loadPark, loadPortfolio } from '../resources/load-resource.ts';
import { loadShare } from '../shares/load-share.ts';
import { loadTicket } from '../tickets/load-ticket.ts';

type Node = { readonly __typename: string };
type Loader = (reading: Reading, uuid: string) => Node | null | Promise<Node | null>;

/** Each type's own look-up, so that `node` gives the verdict that the type's own field gives. */
const LOADERS: Readonly<Partial<Record<IdPrefix, Loader>>> = {
  organization: ({ viewer }, uuid) => loadOrganization(viewer, uuid),
  portfolio: loadPortfolio,
  park: loadPark,
  component: loadComponent,
  event: loadEvent,
  ticket: loadTicket,
  contract: loadContract,
  user: loadUser,
  member: loadMember,
  grant: loadGrant,
  invitation: loadInvitation,
  cooperation: loadCooperation,
  share: loadShare,
  report: loadReport,
  token: loadApiToken,
};

/** Whatever has this global id, if the viewer may see it; else null, as for a malformed id (V1). Batched by type. */
export async function loadNode(reading: Reading, id: string): Promise<Node | null> {
  const prefix = prefixOf(id) as IdPrefix;
  const load = Object.hasOwn(LOADERS, prefix) ? LOADERS[prefix] : undefined;
  const uuid = load ? parseGlobalId(prefix, id) : null;
  const node = load && uuid !== null ? await load(reading, uuid) : null;
  // T2: a token learns nothing of types that its group does not reach, not even by their id.
  const group = reading.viewerOrNobody?.facts.token?.group ?? null;
  return node && reaches(group, `${node.__typename}.id`) ? node : null;
}
