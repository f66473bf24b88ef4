/** Every kind of step, with how often it is among them. */
import { diceOf } from './dice.ts';
import type { State } from './state.ts';
import type { Draw, Step } from './step.ts';
import * as cooperations from './steps-of-cooperations.ts';
import * as members from './steps-of-members.ts';
import * as resources from './steps-of-resources.ts';

const KINDS = {
  inviteCooperation: [cooperations.inviteCooperation, 6],
  acceptCooperation: [cooperations.acceptCooperation, 6],
  declineCooperation: [cooperations.declineCooperation, 4],
  updateCooperation: [cooperations.updateCooperation, 8],
  removeCooperation: [cooperations.removeCooperation, 2],
  shareResource: [cooperations.shareResource, 24],
  revokeShare: [cooperations.revokeShare, 4],
  grantRole: [members.grantRole, 12],
  delegateRole: [members.delegateRole, 28],
  revokeGrant: [members.revokeGrant, 4],
  revokeDelegation: [members.revokeDelegation, 3],
  updateMember: [members.updateMember, 10],
  removeMember: [members.removeMember, 2],
  leaveOrganization: [members.leaveOrganization, 2],
  hire: [members.hire, 8],
  updateOrganization: [members.updateOrganization, 2],
  updatePark: [resources.updatePark, 3],
  movePark: [resources.movePark, 8],
  createPark: [resources.createPark, 3],
  deletePark: [resources.deletePark, 2],
  createPortfolio: [resources.createPortfolio, 2],
  deletePortfolio: [resources.deletePortfolio, 3],
} as const satisfies Record<string, readonly [Draw, number]>;

/** A kind of mutation. */
export type Kind = keyof typeof KINDS;
export const kinds = Object.keys(KINDS) as Kind[];

/** What is chosen from, each as often as it is there; TIME is time that passes. */
export const kindsByWeight: readonly (Kind | 'TIME')[] = [
  ...kinds.flatMap((kind) => Array.from({ length: KINDS[kind][1] }, () => kind)),
  ...Array.from({ length: 14 }, () => 'TIME' as const),
];

/** A world that is full only shrinks, so that it can be compared often; one that is all but empty only grows. */
export function kindInstead(kind: Kind, { parks, portfolios }: State): Kind {
  if (kind === 'createPark' && parks.length >= 16) return 'deletePark';
  if (kind === 'deletePark' && parks.length <= 8) return 'createPark';
  if (kind === 'createPortfolio' && portfolios.length >= 9) return 'deletePortfolio';
  if (kind === 'deletePortfolio' && portfolios.length <= 5) return 'createPortfolio';
  return kind;
}

/** A step as things stand: mostly the first of some choices that the model accepts, at times the first that it refuses, so that there is enough of both. */
export function chooseStep(kind: Kind, state: State, seed: number): Step {
  const [draw] = KINDS[kind];
  const { odds } = diceOf(seed, 0);
  const isWanted = odds('wanted', true, true, true, false);
  const attempts = odds<number>('attempts', 1, 4, 8, 12);
  for (let attempt = 1; attempt < attempts; attempt++) {
    const step = draw(state, diceOf(seed, attempt));
    if ((step.verdict(state).accepted !== null) === isWanted) return step;
  }
  return draw(state, diceOf(seed, attempts));
}
