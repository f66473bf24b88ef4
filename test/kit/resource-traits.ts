/** Long before anything that a world knows of. */
export const BEGINNING = Date.UTC(2015, 0, 1);

/** What lists of portfolios order and search by. */
export interface PortfolioTraits {
  readonly name: string;
  readonly createdAt: Date;
}

/** What lists of parks order and filter by. */
export interface ParkTraits extends PortfolioTraits {
  readonly plantType: 'SOLAR' | 'WIND' | 'BATTERY';
  readonly capacityKw: number;
}

// Alike but for case, beyond ASCII and the basic plane, and with what LIKE would take for wildcards.
const NAMES = [
  'Ahorn',
  'ahorn',
  'AHORN 2',
  'solar_park',
  'solar%park',
  'ödland',
  'Zeche',
  '🔆 süd',
  '﷽',
  'Ahorn',
];
const CAPACITIES = [0, 1e-7, 0.1 + 0.2, 1_250.5, 99_999, 1_250.5, 1e9];
const PLANT_TYPES = ['SOLAR', 'WIND', 'BATTERY', 'SOLAR'] as const;

const cycle = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** What the portfolio number `index` is like; names and instants repeat, so that every order has ties to break. */
export const portfolioTraits = (index: number): PortfolioTraits => ({
  name: cycle(NAMES, index),
  createdAt: new Date(BEGINNING + (index % 5) * 130),
});

/** What the park number `index` is like; everything repeats. */
export const parkTraits = (index: number): ParkTraits => ({
  ...portfolioTraits(index),
  plantType: cycle(PLANT_TYPES, index),
  capacityKw: cycle(CAPACITIES, index),
});
