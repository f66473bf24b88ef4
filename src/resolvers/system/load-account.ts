import { USERS } from '../../db/queries/system-lists.ts';
import { loadRow } from '../context/load-row.ts';
import type { Reading } from '../context/reading.ts';
import { UserModel } from '../members/user-model.ts';

/** An account as a system administrator sees it; null for none. */
export async function loadAccount(reading: Reading, id: string): Promise<UserModel | null> {
  const row = await loadRow(reading, 'account', USERS, id);
  return row && UserModel.seenByPlatform(row, reading.viewer);
}
