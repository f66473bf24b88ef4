/** Section 5 of own resources read aloud: creating, changing, moving and deleting portfolios and parks. */
import { actions, type ResourceAction } from '../naive-reference.ts';
import {
  asWorld,
  type Judge,
  liveMember,
  memberOf,
  ownerOf,
  Refused,
  requireFullAccount,
  requireRole,
  roleOn,
  type State,
  sees,
} from './state.ts';

const CREATORS = ['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL'] as const;

function requireVisible(state: State, user: string, resource: string): void {
  if (!sees(state, user, resource)) throw new Refused('NOT_FOUND');
}

function requireAction(state: State, user: string, resource: string, action: ResourceAction): void {
  requireVisible(state, user, resource);
  if (!actions(asWorld(state), user, resource).includes(action)) throw new Refused('FORBIDDEN');
}

export interface NewPortfolio {
  readonly organization: string;
  /** What it is called here, and in the API. */
  readonly id: string;
}

/** Section 6: `portfolio.create`. */
export const createPortfolio: Judge<NewPortfolio> = (state, actor, { organization, id }) => {
  requireFullAccount(state, actor);
  if (liveMember(state, actor)?.organization !== organization) throw new Refused('NOT_FOUND');
  requireRole(state, actor, CREATORS);
  return { ...state, portfolios: [...state.portfolios, { id, organization, name: id }] };
};

/** Section 5: a portfolio must be empty. */
export const deletePortfolio: Judge<{ readonly portfolio: string }> = (state, actor, { portfolio }) => {
  requireFullAccount(state, actor);
  requireAction(state, actor, portfolio, 'RESOURCE_DELETE');
  if (state.parks.some((park) => park.portfolio === portfolio)) throw new Refused('NOT_EMPTY');
  return { ...state, portfolios: state.portfolios.filter(({ id }) => id !== portfolio) };
};

export interface NewPark {
  readonly portfolio: string;
  readonly id: string;
}

/** Section 5: creating a park needs `park.create` and `resource.configure` on the portfolio. */
export const createPark: Judge<NewPark> = (state, actor, { portfolio, id }) => {
  requireFullAccount(state, actor);
  requireVisible(state, actor, portfolio);
  if (ownerOf(state, portfolio) === memberOf(state, actor)?.organization) requireRole(state, actor, CREATORS);
  requireAction(state, actor, portfolio, 'RESOURCE_CONFIGURE');
  return { ...state, parks: [...state.parks, { id, portfolio, name: id }] };
};

export const deletePark: Judge<{ readonly park: string }> = (state, actor, { park }) => {
  requireFullAccount(state, actor);
  requireAction(state, actor, park, 'RESOURCE_DELETE');
  return { ...state, parks: state.parks.filter(({ id }) => id !== park) };
};

export interface ParkChange {
  readonly park: string;
  readonly name?: string;
  readonly portfolio?: string;
}

/** Section 5: `resource.configure`; a move is a change of access. */
export const updatePark: Judge<ParkChange> = (state, actor, { park, name, portfolio }) => {
  requireFullAccount(state, actor);
  requireAction(state, actor, park, 'RESOURCE_CONFIGURE');
  if (portfolio !== undefined) requireMove(state, actor, park, portfolio);
  const change = { ...(name !== undefined && { name }), ...(portfolio !== undefined && { portfolio }) };
  return { ...state, parks: state.parks.map((one) => (one.id === park ? { ...one, ...change } : one)) };
};

/** Section 5: ADMIN, or MODERATOR with OPERATOR on the park and both portfolios; ADMIN when either portfolio is shared. */
function requireMove(state: State, user: string, park: string, to: string): void {
  requireVisible(state, user, to);
  if (ownerOf(state, park) !== ownerOf(state, to)) throw new Refused('BAD_USER_INPUT');
  const from = state.parks.find(({ id }) => id === park)?.portfolio ?? '';
  const actor = liveMember(state, user);
  if (from === to || actor?.role === 'ADMIN') return;
  const isOperator = [park, from, to].every((resource) => roleOn(state, user, resource) === 'OPERATOR');
  // A lapsed or paused share counts: it may come back.
  const isShared = state.shares.some(({ resource }) => resource === from || resource === to);
  if (actor?.role !== 'MODERATOR' || !isOperator || isShared) throw new Refused('FORBIDDEN', 'section 5');
}
