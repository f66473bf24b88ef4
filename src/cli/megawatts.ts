/** Megawatts as kilowatts, exact to a milliwatt: 4.199999999999999 MW, as a spreadsheet writes 4.2, is 4200 kW. */
export const kilowattsOf = (megawatts: number): number => Number((megawatts * 1_000).toFixed(6));
