import { expect, test } from 'vitest';
import { ownerDomain } from '../../src/demo/owner-domain.ts';
import { timeZoneAt } from '../../src/demo/time-zone.ts';

test.each([
  ['Boston', 42.36, -71.06, 'America/New_York'],
  ['Indianapolis', 39.77, -86.16, 'America/New_York'],
  ['Atlanta', 33.75, -84.39, 'America/New_York'],
  ['Nashville', 36.16, -86.78, 'America/Chicago'],
  ['Chicago', 41.88, -87.63, 'America/Chicago'],
  ['Lubbock', 33.58, -101.86, 'America/Chicago'],
  ['Pecos', 31.42, -103.49, 'America/Chicago'],
  ['El Paso', 31.76, -106.49, 'America/Denver'],
  ['Albuquerque', 35.08, -106.65, 'America/Denver'],
  ['Phoenix', 33.45, -112.07, 'America/Phoenix'],
  ['Salt Lake City', 40.76, -111.89, 'America/Denver'],
  ['Boise', 43.62, -116.2, 'America/Boise'],
  ['Las Vegas', 36.17, -115.14, 'America/Los_Angeles'],
  ['Seattle', 47.61, -122.33, 'America/Los_Angeles'],
  ['Anchorage', 61.22, -149.9, 'America/Anchorage'],
  ['Honolulu', 21.31, -157.86, 'Pacific/Honolulu'],
  ['San Juan', 18.47, -66.11, 'America/Puerto_Rico'],
  ['Dededo', 13.52, 144.84, 'Pacific/Guam'],
])('%s is in its zone', (_place, latitude, longitude, zone) => {
  expect(timeZoneAt(latitude, longitude)).toBe(zone);
});

test.each([
  ['Tesla Inc.', 'tesla.example'],
  ['Florida Power & Light Co', 'florida-power-and-light.example'],
  ['38 Degrees North LLC', '38-degrees-north.example'],
])('%s is at %s', (name, domain) => {
  expect(ownerDomain(name)).toBe(domain);
});
