import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const organizationRoles = [
  'ADMIN',
  'MODERATOR',
  'ASSET_MANAGER_TECHNICAL',
  'ASSET_MANAGER_COMMERCIAL',
  'MEMBER',
  'EXTERNAL',
] as const;
export const jobRoles = ['OPERATOR', 'TOM', 'COM', 'VIEWER', 'NONE'] as const;
/** What a share may carry: OPERATOR never crosses an organization boundary (P6). */
const shareRoles = ['TOM', 'COM', 'VIEWER', 'NONE'] as const;
export const systemRoles = ['USER', 'ADMINISTRATOR', 'DEMO'] as const;

const id = z.string().min(1);
const instant = z.iso.datetime({ precision: 3 });
const expiresAt = instant.nullable();

// Every key is required and none is ignored: a fact that this kit does not know must not be dropped in silence.
const worldSchema = z
  .strictObject({
    seed: z.int(),
    now: instant,
    organizations: z.array(z.strictObject({ id })),
    portfolios: z.array(z.strictObject({ id, organization: id })),
    parks: z.array(z.strictObject({ id, portfolio: id })),
    users: z.array(z.strictObject({ id, systemRole: z.enum(systemRoles), suspended: z.boolean() })),
    members: z.array(
      z.strictObject({
        id,
        user: id,
        organization: id,
        role: z.enum(organizationRoles),
        active: z.boolean(),
        expiresAt,
      }),
    ),
    cooperations: z.array(
      z.strictObject({
        id,
        initiator: id,
        partner: id,
        status: z.enum(['active', 'paused', 'pending']),
        expiresAt,
      }),
    ),
    shares: z.array(z.strictObject({ cooperation: id, resource: id, role: z.enum(shareRoles), expiresAt })),
    grants: z.array(z.strictObject({ member: id, resource: id, role: z.enum(jobRoles), expiresAt })),
    tokens: z.array(z.strictObject({ id, member: id, scope: z.array(id).nullable(), expiresAt })),
    expected: z.array(
      z.strictObject({ subject: id, resource: id, role: z.enum(jobRoles).exclude(['NONE']) }),
    ),
  })
  .superRefine((world, context) => {
    const complain = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    for (const { list, names } of identities(world)) {
      const twice = names.filter((name, index) => names.indexOf(name) !== index);
      for (const name of twice) complain([list], `${name} is there twice`);
    }
    for (const { list, field, targets } of references(world)) {
      const known = new Set(targets.map((one) => one.id));
      const items = world[list] as unknown as Record<string, string | string[] | null>[];
      items.forEach((item, index) => {
        const strangers = [item[field] ?? []].flat().filter((name) => !known.has(name));
        for (const name of strangers) complain([list, index, field], `nothing here is called ${name}`);
      });
    }
  });

/**
 * One world of facts with its verdicts, in the format of test/vectors/effective-role.json: `expected` lists every effective
 * job role of a member or token (`subject`) on a portfolio or park that is not NONE at the instant `now`. Instants are
 * ISO 8601 in UTC with milliseconds.
 */
export type World = z.infer<typeof worldSchema>;

/** What a share is called; no two of a world are called the same. */
export const shareName = ({ cooperation, resource }: { cooperation: string; resource: string }) =>
  `${cooperation} sharing ${resource}`;

/** What a grant is called (G3); no two of a world are called the same. */
export const grantName = ({ member, resource }: { member: string; resource: string }) =>
  `${member} on ${resource}`;

/** A world before anybody has judged it. */
export type WorldFacts = Omit<World, 'expected'>;

/** What a file must not hold twice (M4, G3 and plain identity). */
function identities(world: World): { list: string; names: string[] }[] {
  const ids = (list: { id: string }[]) => list.map((one) => one.id);
  return [
    { list: 'organizations', names: ids(world.organizations) },
    { list: 'portfolios and parks', names: ids([...world.portfolios, ...world.parks]) },
    { list: 'users', names: ids(world.users) },
    { list: 'members and tokens', names: ids([...world.members, ...world.tokens]) },
    { list: 'members', names: world.members.map((one) => `membership of ${one.user}`) },
    { list: 'cooperations', names: ids(world.cooperations) },
    { list: 'shares', names: world.shares.map(shareName) },
    { list: 'grants', names: world.grants.map(grantName) },
    { list: 'expected', names: world.expected.map((one) => `${one.subject} on ${one.resource}`) },
  ];
}

/** The fields of a file that name something else in it, each with what it may name. */
function references(world: World): { list: keyof World; field: string; targets: { id: string }[] }[] {
  const { organizations, portfolios, parks, users, members, cooperations, tokens } = world;
  return [
    { list: 'portfolios', field: 'organization', targets: organizations },
    { list: 'parks', field: 'portfolio', targets: portfolios },
    { list: 'members', field: 'user', targets: users },
    { list: 'members', field: 'organization', targets: organizations },
    { list: 'cooperations', field: 'initiator', targets: organizations },
    { list: 'cooperations', field: 'partner', targets: organizations },
    { list: 'shares', field: 'cooperation', targets: cooperations },
    { list: 'shares', field: 'resource', targets: [...portfolios, ...parks] },
    { list: 'grants', field: 'member', targets: members },
    { list: 'grants', field: 'resource', targets: [...portfolios, ...parks] },
    { list: 'tokens', field: 'member', targets: members },
    { list: 'tokens', field: 'scope', targets: [...portfolios, ...parks] },
    { list: 'expected', field: 'subject', targets: [...members, ...tokens] },
    { list: 'expected', field: 'resource', targets: [...portfolios, ...parks] },
  ];
}

/** Checks `data` to be a list of worlds. Throws an Error that names `source` and every mistake with its place. */
export function parseWorlds(data: unknown, source: string): World[] {
  const result = z.array(worldSchema).min(1).safeParse(data);
  if (!result.success)
    throw new Error(`${source} is not a list of worlds:\n${z.prettifyError(result.error)}`);
  return result.data;
}

/** Reads a file of worlds (JSON array). Throws when it can't be read, is no JSON or breaks the format. */
export function readWorlds(file: string | URL): World[] {
  return parseWorlds(JSON.parse(readFileSync(file, 'utf8')), String(file));
}
