import { sql } from 'drizzle-orm';
import { CONTRACT_START, CONTRACTS } from '../../db/queries/contracts.ts';
import type { PageArgs } from '../../schema/connection.ts';
import { loadConnection } from '../connections/connection.ts';
import type { Reading } from '../context/reading.ts';
import { ContractModel } from './contract-model.ts';

/** The contracts of a park (its UUID), where the caller has found CONTRACT_READ, the latest to start first. */
export const listContracts = (reading: Reading, parkId: string, args: PageArgs) =>
  loadConnection(
    reading,
    {
      name: 'contracts',
      order: { name: 'STARTS_ON', key: CONTRACT_START, descending: true },
      filter: null,
      query: () => ({ source: CONTRACTS, parent: sql`k.park_id = scope.id`, where: sql`true` }),
      toItem: (row) => new ContractModel(row),
    },
    args,
    parkId,
  );
