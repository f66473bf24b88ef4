import { isLive } from '../../authz/decide.ts';
import type { Member } from '../../authz/facts.ts';
import { memberSight, type Sight } from '../../authz/sight.ts';
import { type MemberRow, memberFact } from '../../db/queries/members.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';
import { OrganizationModel } from '../organizations/organization-model.ts';
import { UserModel } from './user-model.ts';

/** A membership as far as one viewer may see it (section 6, V3). */
export class MemberModel {
  readonly __typename = 'Member';

  private constructor(
    readonly row: MemberRow,
    readonly sight: Sight,
    private readonly viewer: Viewer,
  ) {}

  /** The viewer's own membership, live or not, whose every detail they may see; a scoped API token what is listed of it. */
  static own(viewer: Viewer): MemberModel | null {
    const { membership, organization, user } = viewer.rows;
    if (!membership || !organization) return null;
    const row = { ...membership, organizationName: organization.name, person: user };
    // T3: what is granted outside its scope a token does not see.
    return new MemberModel(row, viewer.facts.token?.scope ? 'LISTED' : 'ALL', viewer);
  }

  /** A member where members are looked up or listed; null for whom the viewer may not see there. */
  static listed(viewer: Viewer, row: MemberRow): MemberModel | null {
    const sight = memberSight(viewer.facts, row, viewer.instant);
    return sight && new MemberModel(row, sight, viewer);
  }

  /** A member where one occurs in something that the viewer may see: at least by name. */
  static occurring(viewer: Viewer, row: MemberRow): MemberModel {
    return new MemberModel(row, memberSight(viewer.facts, row, viewer.instant) ?? 'NAME', viewer);
  }

  /** Whom facts are loaded for. */
  get fact(): Member {
    return memberFact(this.row);
  }

  /** The row, for those who see what MEMBER_LIST shows. */
  private get listed() {
    return this.sight === 'NAME' ? null : this.row;
  }

  private get all() {
    return this.sight === 'ALL' ? this.row : null;
  }

  get id() {
    return globalId('member', this.row.id);
  }

  get user() {
    const { person } = this.row;
    if (person.id === this.viewer.rows.user.id) return UserModel.own(person);
    return UserModel.other(person, this.sight);
  }

  get organization() {
    return OrganizationModel.named(this.viewer, this.row.organizationId, this.row.organizationName);
  }

  get role() {
    return this.listed?.role;
  }

  get label() {
    return this.listed?.label;
  }

  get status() {
    if (!this.listed) return null;
    if (!this.row.active) return 'PAUSED';
    const expiry = { expiresAt: this.row.expiresAt?.getTime() ?? null };
    return isLive(expiry, this.viewer.instant) ? 'ACTIVE' : 'EXPIRED';
  }

  get expiresAt() {
    return this.all?.expiresAt;
  }

  get joinedAt() {
    return this.all?.joinedAt;
  }
}
