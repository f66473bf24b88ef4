import { z } from 'zod';
import { badInput } from '../../authz/refusal.ts';
import type { ContractTerms } from '../../db/queries/contracts.ts';
import { instantInput, lineOfText } from '../parse-input.ts';

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** The forms of a contract's fields, for creating and for changing one. */
export const contractFields = {
  title: lineOfText('title', 200),
  counterparty: lineOfText('counterparty', 200),
  startsOn: instantInput('startsOn'),
  endsOn: instantInput('endsOn').nullish(),
  pricePerMwh: z
    .number('pricePerMwh is a finite number.')
    .nonnegative('pricePerMwh is 0 or more.')
    // JSON has a zero below zero; a price has not.
    .transform((price) => price + 0)
    .nullish(),
  currency: z
    .string()
    .refine((code) => CURRENCIES.has(code), 'currency is a code of ISO 4217 in capitals, such as EUR.')
    .nullish(),
};

/**
 * What must hold of a contract as a whole, once it is as asked for.
 * @throws BAD_USER_INPUT naming endsOn or currency
 */
export function requireSoundTerms({
  startsOn,
  endsOn,
  pricePerMwh,
  currency,
}: Pick<ContractTerms, 'startsOn' | 'endsOn' | 'pricePerMwh' | 'currency'>): void {
  if (endsOn && endsOn <= startsOn) throw badInput('endsOn', 'endsOn lies after startsOn.');
  if (pricePerMwh !== null && currency === null) throw badInput('currency', 'A price needs a currency.');
}
