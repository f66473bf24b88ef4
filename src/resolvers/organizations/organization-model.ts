import type { OrganizationRow } from '../../db/queries/sessions.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';

/**
 * An organization as one viewer may see it: the name (V3), and the rest while they are a live member of it
 * (`organization.read`).
 */
export class OrganizationModel {
  readonly __typename = 'Organization';

  private constructor(
    readonly uuid: string,
    readonly name: string,
    private readonly row: Partial<OrganizationRow> | null,
    private readonly viewer: Viewer,
  ) {}

  /** The viewer's own organization, live member or not. */
  static own(viewer: Viewer): OrganizationModel | null {
    const { organization } = viewer.rows;
    if (!organization) return null;
    const member = viewer.inOrganization(organization.id).role !== null;
    return new OrganizationModel(organization.id, organization.name, member ? organization : null, viewer);
  }

  /** The owner of something the viewer can see. */
  static ownerOf(viewer: Viewer, organizationId: string): OrganizationModel {
    const own = viewer.rows.organization;
    const name = own?.id === organizationId ? own.name : viewer.sharingOrganizations.get(organizationId);
    if (name === undefined) throw new Error('a resource of another organization is visible without a share');
    return OrganizationModel.named(viewer, organizationId, name);
  }

  /** Another side of something the viewer may see, whose name it brings (V3). */
  static named(viewer: Viewer, organizationId: string, name: string): OrganizationModel {
    return organizationId === viewer.rows.organization?.id
      ? (OrganizationModel.own(viewer) as OrganizationModel)
      : new OrganizationModel(organizationId, name, null, viewer);
  }

  /** Section 6: those who run the platform see name and identifier of every organization. */
  static seenByPlatform(
    viewer: Viewer,
    { id, name, identifier }: Pick<OrganizationRow, 'id' | 'name' | 'identifier'>,
  ): OrganizationModel {
    return id === viewer.rows.organization?.id
      ? (OrganizationModel.own(viewer) as OrganizationModel)
      : new OrganizationModel(id, name, { identifier }, viewer);
  }

  get id() {
    return globalId('organization', this.uuid);
  }

  get identifier() {
    return this.row?.identifier;
  }

  get contactEmail() {
    return this.row?.contactEmail;
  }

  get phone() {
    return this.row?.phone;
  }

  get address() {
    return this.row?.address;
  }

  get country() {
    return this.row?.country;
  }

  get registrationNumber() {
    return this.row?.registrationNumber;
  }

  get taxId() {
    return this.row?.taxId;
  }

  get createdAt() {
    return this.row?.createdAt;
  }

  get viewerRole() {
    return this.viewer.inOrganization(this.uuid).role;
  }

  get viewerActions() {
    return this.viewer.inOrganization(this.uuid).actions;
  }
}
