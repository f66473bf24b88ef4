/** Who shares what with whom in the demo world, and which grants there are. */
import type { JobRole } from '../authz/roles.ts';
import { CYPRESS, SPOWER, TESLA } from './people.ts';

/** A portfolio or a park, by its name within its owner. */
export type NamedResource = { readonly portfolio: string } | { readonly park: string };

interface Share {
  readonly owner: string;
  readonly on: NamedResource;
  readonly role: Exclude<JobRole, 'OPERATOR'>;
  readonly expiresInDays?: number;
}

/** A cooperation with what both sides share (S1). Days count from the loading; below zero they are over. */
export interface Cooperation {
  readonly initiator: string;
  readonly partner: string;
  readonly purpose: string;
  readonly paused?: true;
  readonly expiresInDays?: number;
  readonly shares: readonly Share[];
}

export const COOPERATIONS: readonly Cooperation[] = [
  {
    initiator: CYPRESS,
    partner: SPOWER,
    purpose: 'Operation of the solar parks in the Carolinas',
    shares: [
      { owner: CYPRESS, on: { portfolio: 'Solar' }, role: 'COM' },
      { owner: CYPRESS, on: { park: 'Innovative Solar 46' }, role: 'TOM' },
      // Takes the park out of the shared portfolio (P3).
      { owner: CYPRESS, on: { park: 'Palmetto Plains' }, role: 'NONE' },
      { owner: CYPRESS, on: { park: 'Bladen Solar' }, role: 'TOM', expiresInDays: -1 },
      { owner: SPOWER, on: { park: 'Latigo Wind Park' }, role: 'VIEWER' },
    ],
  },
  {
    initiator: CYPRESS,
    partner: TESLA,
    purpose: 'Battery retrofit',
    paused: true,
    shares: [
      { owner: CYPRESS, on: { park: 'Crooked Run' }, role: 'TOM' },
      { owner: TESLA, on: { park: 'Wye Mills VNEM CSG' }, role: 'COM' },
    ],
  },
  {
    initiator: SPOWER,
    partner: TESLA,
    purpose: 'Handover of the wind parks',
    expiresInDays: 3,
    shares: [
      { owner: SPOWER, on: { portfolio: 'Wind' }, role: 'TOM' },
      { owner: TESLA, on: { park: 'Estrella Mountain PV' }, role: 'VIEWER' },
    ],
  },
];

/** A grant to a person of the cast; on a resource of a partner (`owner`) it is delegated, as VIEWER or the ceiling (G2). */
export interface CastGrant {
  readonly organization: string;
  readonly who: string;
  readonly owner?: string;
  readonly on: NamedResource;
  readonly role: JobRole;
  readonly expiresInDays?: number;
}

export const GRANTS: readonly CastGrant[] = [
  { organization: CYPRESS, who: 'moderator', on: { park: 'Bladen Solar' }, role: 'VIEWER' },
  { organization: CYPRESS, who: 'technical', on: { park: 'Crooked Run' }, role: 'OPERATOR' },
  { organization: CYPRESS, who: 'technical', on: { park: 'Buckleberry Solar' }, role: 'NONE' },
  {
    organization: CYPRESS,
    who: 'commercial',
    on: { park: 'Palmetto Plains' },
    role: 'OPERATOR',
    expiresInDays: 3,
  },
  { organization: CYPRESS, who: 'member', on: { park: 'Innovative Solar 46' }, role: 'TOM' },
  { organization: CYPRESS, who: 'member', on: { park: 'ABD Farms' }, role: 'OPERATOR', expiresInDays: -1 },
  { organization: CYPRESS, who: 'external', on: { park: 'Adirondack Solar' }, role: 'VIEWER' },
  { organization: CYPRESS, who: 'external', on: { park: 'Ajax Solar' }, role: 'COM' },
  { organization: CYPRESS, who: 'paused', on: { portfolio: 'Solar' }, role: 'OPERATOR' },
  {
    organization: CYPRESS,
    who: 'technical',
    owner: SPOWER,
    on: { park: 'Latigo Wind Park' },
    role: 'VIEWER',
  },

  { organization: SPOWER, who: 'admin', on: { park: 'Battleground' }, role: 'NONE' },
  { organization: SPOWER, who: 'moderator', on: { portfolio: 'Wind' }, role: 'NONE' },
  { organization: SPOWER, who: 'moderator', on: { park: 'Latigo Wind Park' }, role: 'VIEWER' },
  { organization: SPOWER, who: 'member', on: { portfolio: 'Wind' }, role: 'OPERATOR' },
  { organization: SPOWER, who: 'external', on: { park: 'Latigo Wind Park' }, role: 'TOM' },
  {
    organization: SPOWER,
    who: 'technical',
    owner: CYPRESS,
    on: { park: 'Innovative Solar 46' },
    role: 'TOM',
  },
  { organization: SPOWER, who: 'commercial', owner: CYPRESS, on: { portfolio: 'Solar' }, role: 'COM' },
  { organization: SPOWER, who: 'member', owner: CYPRESS, on: { portfolio: 'Solar' }, role: 'VIEWER' },
  {
    organization: SPOWER,
    who: 'moderator',
    owner: TESLA,
    on: { park: 'Estrella Mountain PV' },
    role: 'VIEWER',
  },

  { organization: TESLA, who: 'commercial', on: { portfolio: 'Solar' }, role: 'VIEWER' },
  { organization: TESLA, who: 'commercial', on: { park: 'Intel Folsom' }, role: 'OPERATOR' },
  { organization: TESLA, who: 'external', on: { park: 'Division 1' }, role: 'VIEWER', expiresInDays: 3 },
  { organization: TESLA, who: 'technical', owner: SPOWER, on: { portfolio: 'Wind' }, role: 'TOM' },
  { organization: TESLA, who: 'technical', owner: CYPRESS, on: { park: 'Crooked Run' }, role: 'TOM' },
  { organization: TESLA, who: 'member', owner: SPOWER, on: { portfolio: 'Wind' }, role: 'VIEWER' },
];
