/** Steps that change portfolios and parks. */
import {
  actorOf,
  delegatedOn,
  GONE_PARKS,
  GONE_PORTFOLIOS,
  homeOf,
  mostly,
  oneOf,
  organizationsOf,
  ownedBy,
  parksOf,
  portfoliosOf,
} from './draw.ts';
import * as rules from './rules-of-resources.ts';
import { portfolioOf, type State } from './state.ts';
import { type Draw, newIdIn, stepOf } from './step.ts';

const CREATING = ['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL'] as const;

const newName = (kind: string, taken: readonly string[]): string => {
  for (let number = 1; ; number++) if (!taken.includes(`${kind} ${number}`)) return `${kind} ${number}`;
};

const newPortfolio = stepOf<rules.NewPortfolio>({
  mutation: 'createPortfolio',
  judge: rules.createPortfolio,
  selects: 'portfolio { id }',
  input: (server, { organization, id }) => ({
    organizationId: server.idOf('organization', organization),
    name: id,
  }),
  learn: (server, { id }, payload) => server.learn('portfolio', id, newIdIn(payload, 'portfolio')),
});

export const createPortfolio: Draw = (state, dice) => {
  const actor = actorOf(state, dice, ...CREATING);
  const organization = mostly(dice, 'organization', [homeOf(state, actor)], organizationsOf(state));
  return newPortfolio(actor, { organization, id: newName('portfolio', portfoliosOf(state)) });
};

const removePortfolio = stepOf<{ portfolio: string }>({
  mutation: 'deletePortfolio',
  judge: rules.deletePortfolio,
  selects: 'deletedId',
  input: (server, { portfolio }) => ({ portfolioId: server.idOf('portfolio', portfolio) }),
});

export const deletePortfolio: Draw = (state, dice) => {
  const actor = actorOf(state, dice, 'ADMIN', 'MODERATOR');
  const own = ownedBy(state, homeOf(state, actor), portfoliosOf(state));
  const empty = own.filter((one) => !state.parks.some(({ portfolio }) => portfolio === one));
  const portfolio = mostly(dice, 'portfolio', empty, [...portfoliosOf(state), ...GONE_PORTFOLIOS]);
  return removePortfolio(actor, { portfolio });
};

const newPark = stepOf<rules.NewPark>({
  mutation: 'createPark',
  judge: rules.createPark,
  selects: 'park { id }',
  input: (server, { portfolio, id }) => ({
    portfolioId: server.idOf('portfolio', portfolio),
    ...{ name: id, plantType: 'WIND', capacityKw: 1_000 },
  }),
  learn: (server, { id }, payload) => server.learn('park', id, newIdIn(payload, 'park')),
});

export const createPark: Draw = (state, dice) => {
  const actor = actorOf(state, dice, ...CREATING);
  const own = ownedBy(state, homeOf(state, actor), portfoliosOf(state));
  const portfolio = mostly(dice, 'portfolio', own, [...portfoliosOf(state), ...GONE_PORTFOLIOS]);
  return newPark(actor, { portfolio, id: newName('park', parksOf(state)) });
};

const removePark = stepOf<{ park: string }>({
  mutation: 'deletePark',
  judge: rules.deletePark,
  selects: 'deletedId',
  input: (server, { park }) => ({ parkId: server.idOf('park', park) }),
});

export const deletePark: Draw = (state, dice) => {
  const actor = actorOf(state, dice, 'ADMIN', 'MODERATOR');
  return removePark(actor, { park: parkMeantBy(state, dice, actor) });
};

const parkMeantBy = (state: State, dice: Parameters<Draw>[1], actor: string) =>
  mostly(dice, 'park', ownedBy(state, homeOf(state, actor), parksOf(state)), [
    ...parksOf(state),
    ...GONE_PARKS,
  ]);

const update = stepOf<rules.ParkChange>({
  mutation: 'updatePark',
  judge: rules.updatePark,
  selects: 'park { id }',
  input: (server, { park, name, portfolio }) => ({
    parkId: server.idOf('park', park),
    ...{ name, portfolioId: portfolio && server.idOf('portfolio', portfolio) },
  }),
});

export const updatePark: Draw = (state, dice) => {
  const actor = actorOf(state, dice, ...CREATING);
  const name = dice.odds('name', 'Renamed', 'Renamed again');
  return update(actor, { park: parkMeantBy(state, dice, actor), name });
};

export const movePark: Draw = (state, dice) => {
  const actor = actorOf(state, dice, 'ADMIN', 'MODERATOR');
  const own = ownedBy(state, homeOf(state, actor), parksOf(state));
  const delegated = own.filter((one) => delegatedOn(state).includes(one));
  const park = mostly(dice, 'park', oneOf(dice, 'near', delegated, own), [...parksOf(state), ...GONE_PARKS]);
  const others = ownedBy(state, homeOf(state, actor), portfoliosOf(state)).filter(
    (one) => one !== portfolioOf(state, park),
  );
  const portfolio = mostly(dice, 'portfolio', others, [...portfoliosOf(state), ...GONE_PORTFOLIOS]);
  const name = dice.odds('name', {}, {}, { name: 'Moved' });
  return update(actor, { park, portfolio, ...name });
};
