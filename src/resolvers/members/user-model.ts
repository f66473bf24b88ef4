import { memberSight, type Sight } from '../../authz/sight.ts';
import type { DoerRow } from '../../db/queries/doers.ts';
import type { PersonRow } from '../../db/queries/members.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';

/** What every way to a person brings. */
type Person = Pick<PersonRow, 'id' | 'name' | 'email'> & Partial<PersonRow>;

/** An account: all of it for its owner, name and address where members are listed, else the name (section 6, V3). */
export class UserModel {
  readonly __typename = 'User';

  private constructor(
    private readonly person: Person,
    private readonly sight: Sight | 'PLATFORM',
  ) {}

  static own(person: PersonRow): UserModel {
    return new UserModel(person, 'ALL');
  }

  /** @param sight of the membership behind it: even who sees all of that is shown no more of the account than the list shows */
  static other(person: Person, sight: Sight): UserModel {
    return new UserModel(person, sight === 'NAME' ? 'NAME' : 'LISTED');
  }

  /** Whoever did something that the viewer sees: by name at least, for there it occurs (V3). */
  static occurring(viewer: Viewer, doer: DoerRow): UserModel {
    if (doer.id === viewer.rows.user.id) return UserModel.own(viewer.rows.user);
    const sight = doer.membership && memberSight(viewer.facts, doer.membership, viewer.instant);
    return UserModel.other(doer, sight ?? 'NAME');
  }

  /** Section 6: those who run the platform see names, and the platform's own standing of an account. */
  static seenByPlatform(person: PersonRow, viewer: Viewer): UserModel {
    return person.id === viewer.rows.user.id ? UserModel.own(person) : new UserModel(person, 'PLATFORM');
  }

  private get standing() {
    return this.sight === 'PLATFORM' ? this.person : this.all;
  }

  private get all() {
    return this.sight === 'ALL' ? this.person : null;
  }

  get id() {
    return globalId('user', this.person.id);
  }

  get name() {
    return this.person.name;
  }

  get email() {
    return this.sight === 'ALL' || this.sight === 'LISTED' ? this.person.email : null;
  }

  get language() {
    return this.all?.language;
  }

  get systemRole() {
    return this.standing?.systemRole;
  }

  get suspended() {
    return this.standing && this.standing.suspendedAt !== null;
  }

  get createdAt() {
    return this.standing?.createdAt;
  }
}
