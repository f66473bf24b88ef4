import type { InvitationRow } from '../../db/queries/invitations.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';
import { UserModel } from '../members/user-model.ts';
import { OrganizationModel } from '../organizations/organization-model.ts';

/** An invitation that `viewer` may see. */
export class InvitationModel {
  readonly __typename = 'Invitation';

  constructor(
    readonly row: InvitationRow,
    private readonly viewer: Viewer,
  ) {}

  get id() {
    return globalId('invitation', this.row.id);
  }

  get type() {
    return this.row.type;
  }

  get email() {
    return this.row.email;
  }

  /** A pending one whose time is over is EXPIRED; it can still be sent again. */
  get status() {
    const { status, expiresAt } = this.row;
    return status === 'PENDING' && expiresAt.getTime() <= this.viewer.instant ? 'EXPIRED' : status;
  }

  get organization() {
    const { organization } = this.row;
    return organization && OrganizationModel.named(this.viewer, organization.id, organization.name);
  }

  get role() {
    return this.row.role;
  }

  get label() {
    return this.row.label;
  }

  get language() {
    return this.row.language;
  }

  get invitedBy() {
    return UserModel.occurring(this.viewer, this.row.invitedBy);
  }

  get sentAt() {
    return this.row.sentAt;
  }

  get sendCount() {
    return this.row.rotation + 1;
  }

  get expiresAt() {
    return this.row.expiresAt;
  }
}
