import type { Plant } from './plants.ts';

/** A part of a park with its own parts. */
export interface ComponentTree {
  readonly name: string;
  readonly kind: string;
  readonly parts?: readonly ComponentTree[];
}

const inverter = (number: number): ComponentTree => ({
  name: `Inverter ${number}`,
  kind: 'inverter',
  parts: [
    { name: `Combiner box ${number}A`, kind: 'combiner box' },
    { name: `Combiner box ${number}B`, kind: 'combiner box' },
  ],
});

const turbine = (number: number): ComponentTree => ({
  name: `Turbine ${number}`,
  kind: 'turbine',
  parts: [
    { name: `Gearbox ${number}`, kind: 'gearbox', parts: [{ name: `Oil pump ${number}`, kind: 'pump' }] },
    { name: `Generator ${number}`, kind: 'generator' },
  ],
});

/** The invented equipment of a plant of each type. */
export const COMPONENT_TREES: Readonly<Record<Plant['plantType'], readonly ComponentTree[]>> = {
  SOLAR: [
    {
      name: 'Transformer',
      kind: 'transformer',
      parts: [inverter(1), inverter(2)],
    },
    { name: 'Weather station', kind: 'sensor' },
  ],
  WIND: [turbine(1), turbine(2), { name: 'Met mast', kind: 'sensor' }],
  BATTERY: [{ name: 'Container 1', kind: 'container', parts: [{ name: 'Rack 1', kind: 'battery rack' }] }],
};
