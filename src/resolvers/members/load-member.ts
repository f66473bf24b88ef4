import { memberSight } from '../../authz/sight.ts';
import { MEMBERS, MEMBERS_BY_USER } from '../../db/queries/members.ts';
import { loadRow } from '../context/load-row.ts';
import type { Reading } from '../context/reading.ts';
import { MemberModel } from './member-model.ts';
import { UserModel } from './user-model.ts';

/** The member with this UUID as far as the viewer may see them, else null (V1). Batched. */
export async function loadMember(reading: Reading, id: string): Promise<MemberModel | null> {
  const { viewer } = reading;
  if (viewer.rows.membership?.id === id) return MemberModel.own(viewer);
  const row = await loadRow(reading, 'member', MEMBERS, id);
  return row && MemberModel.listed(viewer, row);
}

/** The member with this UUID at least by name, where a command has just named them. */
export async function occurringMember(reading: Reading, id: string): Promise<MemberModel | null> {
  const row = await loadRow(reading, 'member', MEMBERS, id);
  return row && MemberModel.occurring(reading.viewer, row);
}

/** The viewer's account, or the account of a member whom the viewer may see; else null (V1). Batched. */
export async function loadUser(reading: Reading, id: string): Promise<UserModel | null> {
  const { viewer } = reading;
  if (viewer.rows.user.id === id) return UserModel.own(viewer.rows.user);
  const row = await loadRow(reading, 'member by user', MEMBERS_BY_USER, id);
  const sight = row && memberSight(viewer.facts, row, viewer.instant);
  return sight && UserModel.other(row.person, sight);
}
