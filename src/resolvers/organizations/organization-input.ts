import { GraphQLCountryCode } from 'graphql-scalars';
import { z } from 'zod';
import { canonicalEmail } from '../../identity/email.ts';
import { lineOfText, linesOfText } from '../parse-input.ts';

const isCountry = (code: string): boolean => {
  try {
    return GraphQLCountryCode.parseValue(code) === code;
  } catch {
    return false;
  }
};

/** What describes an organization, beside its name. */
export const organizationFields = {
  contactEmail: z
    .string()
    .transform(canonicalEmail)
    .refine((email) => email !== null, 'contactEmail is an e-mail address.')
    .nullish(),
  phone: lineOfText('phone', 50).nullish(),
  address: linesOfText('address', 500).nullish(),
  country: z
    .string()
    .transform((code) => code.trim())
    .refine(
      (code) => /^[A-Za-z]{2}$/.test(code) && isCountry(code.toUpperCase()),
      'country is an ISO 3166-1 alpha-2 code, such as DE.',
    )
    .transform((code) => code.toUpperCase())
    .nullish(),
  registrationNumber: lineOfText('registrationNumber', 100).nullish(),
  taxId: lineOfText('taxId', 100).nullish(),
};
