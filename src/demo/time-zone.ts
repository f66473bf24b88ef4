/** A zone, and the box that it covers where no earlier row does; a bound that is left out is open. */
interface ZoneBox {
  readonly zone: string;
  readonly south?: number;
  readonly north?: number;
  readonly west?: number;
  readonly east?: number;
}

/** The zones of the United States, as boxes along state borders: good to a few tens of kilometres. */
const ZONE_BOXES: readonly ZoneBox[] = [
  { zone: 'Pacific/Guam', west: 140 },
  { zone: 'America/Puerto_Rico', north: 20, west: -68 },
  { zone: 'Pacific/Honolulu', north: 25, east: -150 },
  { zone: 'America/Anchorage', south: 51, east: -129 },
  // Indiana and Michigan reach farther west than Georgia and Tennessee.
  { zone: 'America/New_York', south: 38, west: -87 },
  { zone: 'America/New_York', west: -85.3 },
  // The Central zone ends at El Paso, at New Mexico, and in the Dakotas.
  { zone: 'America/Chicago', north: 32, west: -104.9 },
  { zone: 'America/Chicago', north: 37, west: -103.05 },
  { zone: 'America/Chicago', west: -101.5 },
  { zone: 'America/Phoenix', north: 37, west: -114.6, east: -109.05 },
  // Southern Idaho and the corner of Oregon.
  { zone: 'America/Boise', south: 42, north: 45.5, west: -117.1, east: -111.05 },
  { zone: 'America/Denver', west: -114.05 },
  { zone: 'America/Los_Angeles' },
];

/** The IANA time zone of a place in the United States, by degrees of latitude and longitude. */
export function timeZoneAt(latitude: number, longitude: number): string {
  const box = ZONE_BOXES.find(
    ({ south = -90, north = 90, west = -180, east = 180 }) =>
      latitude >= south && latitude < north && longitude >= west && longitude < east,
  );
  return box?.zone ?? 'UTC';
}
