import { badInput } from '../../authz/refusal.ts';
import {
  countRows,
  fetchPages,
  type ListQuery,
  type Order,
  type Page,
  type PageRequest,
} from '../../db/queries/keyset.ts';
import type { ConnectionModel, PageArgs } from '../../schema/connection.ts';
import type { Reading } from '../context/reading.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 10_000;

/** A list of some parent's: the same `name`, arguments and order give the same list, batched over all parents. */
export interface ConnectionSpec<Row, Item> {
  /** Unique among the lists of a schema. */
  readonly name: string;
  /** Made once for all parents of a batch. */
  readonly query: () => ListQuery<Row>;
  readonly order: Order;
  /** The arguments that `query` was made of, beside the page. */
  readonly filter: unknown;
  readonly toItem: (row: Row) => Item;
}

/**
 * One page of the list of parent `parentId`. All parents that ask within one tick share one statement, and the totals
 * another, only if they are asked for.
 * @throws BAD_USER_INPUT for a page size out of range, first together with last, or a cursor of another list
 */
export async function loadConnection<Row, Item>(
  reading: Reading,
  spec: ConnectionSpec<Row, Item>,
  args: PageArgs,
  parentId: string,
): Promise<ConnectionModel<Item>> {
  const ordered = `${spec.name} ${spec.order.name}${spec.order.descending ? ' DESC' : ''}`;
  const list = `${ordered} ${parentId}`;
  const request = pageRequest(args, list, spec.order);
  const page = await reading
    .loader<Page<Row>>(
      `page ${ordered} ${JSON.stringify([spec.filter, request])}`,
      (tx, ids) => fetchPages(tx, spec.query(), spec.order, request, ids),
      () => ({ rows: [], hasMore: false }),
    )
    .load(parentId);
  const nodes = page.rows.map(({ row }) => spec.toItem(row));
  const cursorAt = (index: number) => {
    const entry = page.rows.at(index);
    return entry ? encodeCursor(list, entry.position) : null;
  };
  return {
    nodes,
    edges: () => nodes.map((node, index) => ({ node, cursor: cursorAt(index) as string })),
    pageInfo: {
      hasNextPage: request.backward ? request.before !== null : page.hasMore,
      hasPreviousPage: request.backward ? page.hasMore : request.after !== null,
      startCursor: cursorAt(0),
      endCursor: cursorAt(-1),
    },
    totalCount: () =>
      reading
        .loader<number>(
          `count ${spec.name} ${JSON.stringify(spec.filter)}`,
          (tx, ids) => countRows(tx, spec.query(), ids),
          () => 0,
        )
        .load(parentId),
  };
}

function pageRequest(args: PageArgs, list: string, order: Order): PageRequest {
  if (args.first != null && args.last != null) throw badInput('last', 'Give first or last, not both.');
  const backward = args.last != null;
  const size = args.first ?? args.last ?? DEFAULT_PAGE_SIZE;
  if (size < 1 || size > MAX_PAGE_SIZE) {
    const field = backward ? 'last' : 'first';
    throw badInput(field, `${field} is a number from 1 to ${MAX_PAGE_SIZE}.`);
  }
  return {
    size,
    backward,
    after: decodeCursor('after', args.after, list, order.key.type),
    before: decodeCursor('before', args.before, list, order.key.type),
  };
}
