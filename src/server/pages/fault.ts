import type { ErrorCode, Refusal } from '../../authz/refusal.ts';
import { LANGUAGE_TAGS, type Language, translator } from '../../identity/translator.ts';

/** Why something did not work, as a page says it. */
export interface Fault {
  readonly status: number;
  readonly message: string;
  /** The id of the field at fault. */
  readonly field: string | null;
  readonly retryAfterSeconds?: number | undefined;
}

const STATUS: Partial<Readonly<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: 403,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  LAST_ADMIN: 409,
  ALREADY_IN_ORGANIZATION: 409,
  SELF_COOPERATION: 409,
  COOPERATION_EXISTS: 409,
  RATE_LIMITED: 429,
};

const TEXTS: Partial<Readonly<Record<ErrorCode, string>>> = {
  UNAUTHENTICATED: 'fault.signedOut',
  LAST_ADMIN: 'fault.lastAdmin',
  ALREADY_IN_ORGANIZATION: 'fault.inOrganization',
  SELF_COOPERATION: 'fault.selfCooperation',
  COOPERATION_EXISTS: 'fault.cooperationExists',
  CONFLICT: 'fault.conflict',
};

/** Refusals that say by what they need what is wrong. */
const NEEDS: Readonly<Record<string, string>> = {
  CREDENTIALS: 'fault.credentials',
  'the invited address': 'fault.otherAddress',
  "the inviter's standing": 'fault.inviter',
};

/** Refusals that say by their rule what is wrong. */
const RULES: Readonly<Record<string, string>> = {
  'FORBIDDEN D1': 'fault.demo',
  'FORBIDDEN C3': 'fault.askAdmin',
  // Of a cooperation.
  'FORBIDDEN I3': 'fault.inviter',
};

/** The texts of fields at fault, by the path that a command names them by. */
const FIELD_TEXTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    name: 'name',
    password: 'password',
    newPassword: 'password',
    language: 'language',
    confirm: 'confirm',
    portfolioName: 'portfolioName',
    'organization.name': 'organizationName',
    'organization.contactEmail': 'contactEmail',
    'organization.phone': 'phone',
    'organization.address': 'address',
    'organization.country': 'country',
    'organization.registrationNumber': 'registrationNumber',
    'organization.taxId': 'taxId',
  }),
);

/** Says a refusal of a command in the language of a page; commands themselves speak English, to programs. */
export function faultOf({ code, details }: Refusal, language: Language): Fault {
  const translate = translator(language, 'pages');
  const { field = null, rule, required = '', retryAfterSeconds } = details;
  const status = STATUS[code] ?? 400;
  if (code === 'RATE_LIMITED') {
    const message = `${translate('limited.title')}. ${translate('limited.text', { wait: waitIn(language, retryAfterSeconds ?? 0) })}`;
    return { status, message, field: null, retryAfterSeconds };
  }
  const ofField = field === null ? undefined : FIELD_TEXTS.get(field);
  if (ofField) return { status, message: translate(`fault.field.${ofField}`), field };
  const text = NEEDS[required] ?? RULES[`${code} ${rule}`] ?? TEXTS[code] ?? 'fault.other';
  return { status, message: translate(text), field: required === 'CREDENTIALS' ? 'password' : null };
}

/** How long to wait, in words. */
export function waitIn(language: Language, seconds: number): string {
  const [unit, count] = seconds < 90 ? ['second', seconds] : ['minute', Math.ceil(seconds / 60)];
  return new Intl.NumberFormat(LANGUAGE_TAGS[language], {
    style: 'unit',
    unitDisplay: 'long',
    unit,
  } as const).format(count as number);
}
