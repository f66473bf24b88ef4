import { CONTRACTS } from '../../db/queries/contracts.ts';
import { belowPark } from '../resources/resource-rows.ts';

/** Who sees the park without CONTRACT_READ does not know that it has this contract (V1). */
export const { toRead: contractOf, toChange: contractToChange } = belowPark(
  'contract',
  CONTRACTS,
  'CONTRACT_READ',
);
