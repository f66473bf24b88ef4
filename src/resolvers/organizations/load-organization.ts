import type { Viewer } from '../context/viewer.ts';
import { OrganizationModel } from './organization-model.ts';

/**
 * The organization with this UUID as far as the viewer may see it: their own while they are a live member; another while
 * something it owns reaches them (V3); else null (V1).
 */
export function loadOrganization(viewer: Viewer, id: string): OrganizationModel | null {
  if (viewer.inOrganization(id).role !== null) return OrganizationModel.own(viewer);
  return viewer.sharingOrganizations.has(id) ? OrganizationModel.ownerOf(viewer, id) : null;
}
