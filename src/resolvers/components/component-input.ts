import { lineOfText } from '../parse-input.ts';

/** The forms of a component's fields, for creating and for changing one. */
export const componentFields = {
  name: lineOfText('name', 200),
  kind: lineOfText('kind', 100),
  serialNumber: lineOfText('serialNumber', 100).nullish(),
};
