import { linesOfText } from '../parse-input.ts';

/** What a cooperation is for; null is nothing said. */
export const purposeInput = linesOfText('purpose', 500).nullish();
