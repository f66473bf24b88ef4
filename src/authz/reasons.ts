/** The vocabulary of explanations: each reason with its layer, its rule and its sentence. */
import type { PermissionLayer } from './roles.ts';

interface ReasonRow {
  readonly layer: PermissionLayer;
  /** As numbered in the permission model. */
  readonly rule: string;
  readonly text: string;
}

export const REASONS = {
  TOKEN_ALLOWS: {
    layer: 'API',
    rule: 'P10',
    text: 'The API token is live and its scope covers the resource.',
  },
  TOKEN_NOT_LIVE: { layer: 'API', rule: 'P10', text: 'The API token is revoked or expired.' },
  OUTSIDE_TOKEN_SCOPE: { layer: 'API', rule: 'P10', text: "The resource is outside the API token's scope." },
  TOKEN_NARROWS: { layer: 'API', rule: 'T1', text: 'The API token does not reach this.' },
  ACCOUNT_IN_GOOD_STANDING: { layer: 'SYSTEM', rule: 'P1', text: 'The account is not suspended.' },
  ACCOUNT_SUSPENDED: { layer: 'SYSTEM', rule: 'P1', text: 'The account is suspended.' },
  DEMO_ACCOUNT: { layer: 'SYSTEM', rule: 'P9', text: 'A demo account is at most VIEWER.' },
  NO_MEMBERSHIP: { layer: 'ORGANIZATION', rule: 'P1', text: 'The account is in no organization.' },
  MEMBERSHIP_PAUSED: { layer: 'ORGANIZATION', rule: 'P1', text: 'The membership is paused.' },
  MEMBERSHIP_EXPIRED: { layer: 'ORGANIZATION', rule: 'P1', text: 'The membership has expired.' },
  OWN_RESOURCE: {
    layer: 'ORGANIZATION',
    rule: 'P2',
    text: "The resource belongs to the member's organization.",
  },
  NOT_SHARED: {
    layer: 'ORGANIZATION',
    rule: 'P3',
    text: 'No live share of a live cooperation reaches the resource.',
  },
  OPERATOR_NEVER_SHARED: {
    layer: 'ORGANIZATION',
    rule: 'P6',
    text: 'OPERATOR never crosses an organization boundary.',
  },
  SHARE_ON_RESOURCE: {
    layer: 'ORGANIZATION',
    rule: 'P3',
    text: 'The resource itself is shared: its share is the ceiling.',
  },
  SHARE_ON_PORTFOLIO: {
    layer: 'ORGANIZATION',
    rule: 'P3',
    text: "The park's portfolio is shared: its share is the ceiling.",
  },
  GRANT_ON_RESOURCE: { layer: 'JOB', rule: 'P2', text: 'A grant on the resource itself wins.' },
  GRANT_ON_PORTFOLIO: { layer: 'JOB', rule: 'P2', text: "A grant on the park's portfolio applies." },
  DEFAULT_OF_ROLE: {
    layer: 'JOB',
    rule: 'P2',
    text: "No grant applies: the organization role's default does.",
  },
  DELEGATED_ON_RESOURCE: {
    layer: 'JOB',
    rule: 'P5',
    text: 'The delegated grant on the resource applies, under the ceiling.',
  },
  DELEGATED_ON_PORTFOLIO: {
    layer: 'JOB',
    rule: 'P5',
    text: "The delegated grant on the park's portfolio applies, under the ceiling.",
  },
  ADMIN_HAS_CEILING: {
    layer: 'JOB',
    rule: 'P4',
    text: 'An ADMIN of the receiving organization has the ceiling.',
  },
  NOT_DELEGATED: {
    layer: 'JOB',
    rule: 'P4',
    text: 'Nothing is delegated to the member here, and only an ADMIN has the ceiling by default.',
  },
} as const satisfies Record<string, ReasonRow>;

/** A reason's key; the row tells its layer, rule and sentence. */
export type Reason = keyof typeof REASONS;
