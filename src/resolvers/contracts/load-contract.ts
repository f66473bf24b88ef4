import { CONTRACTS } from '../../db/queries/contracts.ts';
import { loadRow } from '../context/load-row.ts';
import type { Reading } from '../context/reading.ts';
import { ContractModel } from './contract-model.ts';

/** The contract with this UUID if the viewer has CONTRACT_READ on its park, else null (V1). Batched. */
export async function loadContract(reading: Reading, id: string): Promise<ContractModel | null> {
  const row = await loadRow(reading, 'contract', CONTRACTS, id);
  const readable = row && reading.viewer.access(row.park).actions.includes('CONTRACT_READ');
  return readable ? new ContractModel(row) : null;
}
