import { fetchByIds, type ListSource } from '../../db/queries/keyset.ts';
import type { Reading } from './reading.ts';

/** The row with this UUID, whoever may see it: the caller decides. Batched by `name`. */
export const loadRow = <Row>(
  reading: Reading,
  name: string,
  source: ListSource<Row>,
  id: string,
): Promise<Row | null> =>
  reading
    .loader<Row | null>(
      `${name} by id`,
      (tx, ids) => fetchByIds(tx, source, ids),
      () => null,
    )
    .load(id);
