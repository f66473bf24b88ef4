import { z } from 'zod';

/** The language of a mail and its pages; English if none is given. */
export const languageInput = z
  .enum(['EN', 'DE', 'ES', 'FR', 'PT', 'IT'])
  .nullish()
  .transform((language) => language ?? 'EN');
