import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { kilowattsOf } from '../cli/megawatts.ts';
import { projectRoot } from '../root.ts';
import { timeZoneAt } from './time-zone.ts';

/** A real plant (demo/README.md names the source and its licence). */
export interface Plant {
  readonly name: string;
  readonly plantType: 'SOLAR' | 'WIND' | 'BATTERY';
  readonly capacityKw: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly timeZone: string;
  /** What it generated, for each year that the file has. */
  readonly generation: readonly YearOfEnergy[];
}

/** What was generated in a year. */
export interface YearOfEnergy {
  readonly year: number;
  readonly megawattHours: number;
}

/** A real company with the plants that it owns. */
export interface Owner {
  readonly name: string;
  readonly plants: readonly Plant[];
}

type Line = Readonly<
  Record<'name' | 'plant_type' | 'capacity_mw' | 'latitude' | 'longitude' | 'owner', string>
> &
  Readonly<Record<string, string>>;

/** The columns of energy, one for each year. */
const GENERATION = /^generation_gwh_(\d{4})$/;

/** Reads the file of plants, and groups it by owner: those with the most plants first, then by name. */
export async function readOwners(): Promise<Owner[]> {
  const file = await readFile(join(projectRoot, 'demo', 'renewable-plants.csv'));
  const lines: Line[] = parse(file, { columns: true });
  const owners = [...Map.groupBy(lines, (line) => line.owner)].map(([name, owned]) => ({
    name,
    plants: owned.map(toPlant),
  }));
  return owners.sort((a, b) => b.plants.length - a.plants.length || (a.name < b.name ? -1 : 1));
}

function toPlant(line: Line): Plant {
  const latitude = Number(line.latitude);
  const longitude = Number(line.longitude);
  return {
    name: line.name,
    plantType: line.plant_type as Plant['plantType'],
    capacityKw: kilowattsOf(Number(line.capacity_mw)),
    latitude,
    longitude,
    timeZone: timeZoneAt(latitude, longitude),
    generation: generationOf(line),
  };
}

const generationOf = (line: Line): YearOfEnergy[] =>
  Object.entries(line).flatMap(([column, gigawattHours]) => {
    const year = GENERATION.exec(column)?.[1];
    // The file has three decimals: a thousandfold of them is a whole number.
    return year && gigawattHours !== ''
      ? [{ year: Number(year), megawattHours: Math.round(Number(gigawattHours) * 1_000) }]
      : [];
  });
