import { type IdPrefix, parseGlobalId, prefixOf } from '../../schema/global-id.ts';
import type { Reading } from '../context/reading.ts';
import { loadCooperation } from '../cooperations/load-cooperation.ts';
import { loadGrant } from '../grants/load-grant.ts';
import { loadInvitation } from '../invitations/load-invitation.ts';
import { loadMember, loadUser } from '../members/load-member.ts';
import { loadOrganization } from '../organizations/load-organization.ts';
import { loadReport } from '../reports/load-report.ts';
import { loadComponent, loadPark, loadPortfolio } from '../resources/load-resource.ts';
import { loadShare } from '../shares/load-share.ts';

type Loader = (reading: Reading, uuid: string) => object | null | Promise<object | null>;

/** Each type's own look-up, so that `node` gives the verdict that the type's own field gives. */
const LOADERS: Readonly<Partial<Record<IdPrefix, Loader>>> = {
  organization: ({ viewer }, uuid) => loadOrganization(viewer, uuid),
  portfolio: loadPortfolio,
  park: loadPark,
  component: loadComponent,
  user: loadUser,
  member: loadMember,
  grant: loadGrant,
  invitation: loadInvitation,
  cooperation: loadCooperation,
  share: loadShare,
  report: loadReport,
};

/** Whatever has this global id, if the viewer may see it; else null, as for a malformed id (V1). Batched by type. */
export async function loadNode(reading: Reading, id: string): Promise<object | null> {
  const prefix = prefixOf(id) as IdPrefix;
  const load = Object.hasOwn(LOADERS, prefix) ? LOADERS[prefix] : undefined;
  const uuid = load ? parseGlobalId(prefix, id) : null;
  return load && uuid !== null ? load(reading, uuid) : null;
}
