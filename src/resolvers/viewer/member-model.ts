import { isLive } from '../../authz/decide.ts';
import type { MembershipRow } from '../../db/queries/sessions.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';
import { OrganizationModel } from '../organizations/organization-model.ts';
import { UserModel } from './user-model.ts';

/** The viewer's own membership, whose every detail they may see. */
export class MemberModel {
  readonly __typename = 'Member';

  private constructor(
    private readonly row: MembershipRow,
    private readonly viewer: Viewer,
  ) {}

  static own(viewer: Viewer): MemberModel | null {
    return viewer.rows.membership && new MemberModel(viewer.rows.membership, viewer);
  }

  get id() {
    return globalId('member', this.row.id);
  }

  get user() {
    return new UserModel(this.viewer.rows.user);
  }

  get organization() {
    return OrganizationModel.own(this.viewer);
  }

  get role() {
    return this.row.role;
  }

  get label() {
    return this.row.label;
  }

  get status() {
    if (!this.row.active) return 'PAUSED';
    const { membership } = this.viewer.facts;
    return membership && isLive(membership, this.viewer.instant) ? 'ACTIVE' : 'EXPIRED';
  }

  get expiresAt() {
    return this.row.expiresAt;
  }

  get joinedAt() {
    return this.row.joinedAt;
  }
}
