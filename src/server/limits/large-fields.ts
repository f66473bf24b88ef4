import { MAX_PARKS } from '../../resolvers/reports/generate-report.ts';
import { CELLS_AT_MOST } from '../../resolvers/reports/load-rows.ts';

/** Lists of objects whose length no argument tells: how many they hold at most. */
export const LIST_LENGTHS: Readonly<Record<string, number>> = { 'Report.parks': MAX_PARKS };

/** Scalars that are large: what each counts among the fields. */
export const SCALAR_SIZES: Readonly<Record<string, number>> = {
  'Report.rows': CELLS_AT_MOST,
  'Report.csv': CELLS_AT_MOST,
};
