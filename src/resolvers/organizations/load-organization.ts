import { decide } from '../../authz/decide.ts';
import { namedResources } from '../../authz/visible-set.ts';
import type { Viewer } from '../context/viewer.ts';
import { OrganizationModel } from './organization-model.ts';

/**
 * The organization with this UUID as far as the viewer may see it: their own while they are a live member; another while
 * something it owns reaches them (V3); else null (V1). Every such resource is named by a fact, so this needs no statement.
 */
export function loadOrganization(viewer: Viewer, id: string): OrganizationModel | null {
  if (viewer.inOrganization(id).role !== null) return OrganizationModel.own(viewer);
  for (const resource of namedResources(viewer.facts).values()) {
    const reaches = resource.organizationId === id && decide(viewer.facts, resource, viewer.instant).visible;
    if (reaches) return OrganizationModel.ownerOf(viewer, id);
  }
  return null;
}
