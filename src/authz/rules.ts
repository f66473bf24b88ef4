/** The fences: each keeps a field closed to a whole class of viewers, before any resource is looked at. */
import type { AccountFact } from './facts.ts';
import { requireReached } from './permission-groups.ts';
import { requireAdministrator, requireFullAccount, unauthenticated } from './refusal.ts';
import type { PermissionGroup } from './roles.ts';
import { allow, rule } from './shield-compat.ts';

/** What a fence may know of a request: the account behind it, or null for nobody. A failure to load it denies. */
export interface FencedContext {
  readonly request: {
    account(): Promise<AccountFact | null>;
    permissionGroup(): Promise<PermissionGroup | null>;
  };
}

interface FenceRow {
  /** For the generated part of a field's description. */
  readonly who: string;
  readonly codes: readonly string[];
  /** Throws its refusal; absent lets everybody through. */
  readonly check?: (account: AccountFact | null) => void;
}

const signedIn = (account: AccountFact | null): AccountFact => {
  if (!account) throw unauthenticated();
  return account;
};

export const FENCES = {
  /** Open to everybody. */
  OPEN: { who: 'everybody', codes: [] },
  /** Reached only through its parent, which has been authorized. */
  PARENT: { who: 'whoever reached its parent', codes: [] },
  SIGNED_IN: {
    who: 'everybody who is signed in',
    codes: ['UNAUTHENTICATED'],
    check: (account) => void signedIn(account),
  },
  /** Signed in, and no DEMO account (D1). */
  ACTING: {
    who: 'everybody who is signed in, but DEMO accounts',
    codes: ['UNAUTHENTICATED', 'FORBIDDEN'],
    check: (account) => requireFullAccount(signedIn(account), 'USER'),
  },
  /** Whoever holds a link or owns an address, signed in or not; what a DEMO account may do besides reading is listed elsewhere (D1). */
  HOLDER: {
    who: 'everybody, signed in or not, but DEMO accounts',
    codes: ['FORBIDDEN'],
    check: (account) => {
      if (account) requireFullAccount(account, 'USER');
    },
  },
  /** A system ADMINISTRATOR (section 6). */
  ADMINISTRATOR: {
    who: 'system administrators',
    codes: ['UNAUTHENTICATED', 'FORBIDDEN'],
    check: (account) => requireAdministrator(signedIn(account)),
  },
} as const satisfies Record<string, FenceRow>;

export type Fence = keyof typeof FENCES;

/** Fails a rule with what is thrown, a failure to load included: it denies. */
const passes = async (checks: () => Promise<void>): Promise<true | Error> => {
  try {
    await checks();
    return true;
  } catch (refusal) {
    return refusal as Error;
  }
};

/** The graphql-shield rule of a fence below the roots; shared by all its fields. */
const ruleOf = (name: string, { check }: FenceRow) =>
  check
    ? rule(`fence ${name}`, { cache: 'no_cache' })((_parent, _args, context: FencedContext) =>
        passes(async () => check(await context.request.account())),
      )
    : allow;

const FENCE_RULES = Object.fromEntries(
  Object.entries(FENCES).map(([name, row]) => [name, ruleOf(name, row)]),
) as Record<Fence, ReturnType<typeof ruleOf>>;

/**
 * The graphql-shield rule of a field. A root field is fenced for API tokens too (T2): behind the check of the whole document, and whatever
 * becomes of that.
 */
export function fieldRule(type: string, field: string, fence: Fence) {
  if (type !== 'Query' && type !== 'Mutation') return FENCE_RULES[fence];
  const { check }: FenceRow = FENCES[fence];
  const coordinate = `${type}.${field}`;
  return rule(`field ${coordinate}`, { cache: 'no_cache' })((_parent, _args, context: FencedContext) =>
    passes(async () => {
      requireReached(await context.request.permissionGroup(), [coordinate]);
      check?.(await context.request.account());
    }),
  );
}
