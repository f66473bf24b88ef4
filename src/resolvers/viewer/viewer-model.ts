import { sessionsOfUser } from '../../db/queries/sessions.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Reading } from '../context/reading.ts';
import { MemberModel } from '../members/member-model.ts';
import { UserModel } from '../members/user-model.ts';
import { OrganizationModel } from '../organizations/organization-model.ts';

/** Whoever makes the request, as the API shows them. */
export class ViewerModel {
  constructor(private readonly reading: Reading) {}

  private get viewer() {
    return this.reading.viewer;
  }

  get user() {
    return UserModel.own(this.viewer.rows.user);
  }

  get membership() {
    return MemberModel.own(this.viewer);
  }

  /** Only while the membership is live (P1). */
  get organization() {
    const organization = OrganizationModel.own(this.viewer);
    return organization?.viewerRole ? organization : null;
  }

  async sessions() {
    const { user, session, instant } = this.viewer.rows;
    const rows = await sessionsOfUser(this.reading.tx, user.id, instant);
    // A demo account is many people's: one does not see where the others are.
    const shown = user.systemRole === 'DEMO' ? rows.filter((row) => row.id === session?.id) : rows;
    return shown.map((row) => ({ ...row, id: globalId('session', row.id), current: row.id === session?.id }));
  }
}
