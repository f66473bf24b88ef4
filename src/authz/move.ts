/** Moving a park changes who reaches it, so it is a change of access (section 5). */
import type { Access } from './decide.ts';
import type { OrganizationAccess } from './decide-organization.ts';
import { Refusal, requireAction } from './refusal.ts';

/**
 * Passes for an ADMIN, and for a MODERATOR who is OPERATOR on the park and both portfolios while neither portfolio is
 * shared; beside RESOURCE_CONFIGURE on the park.
 * @throws FORBIDDEN
 */
export function requireMove(
  organization: OrganizationAccess,
  accesses: { readonly park: Access; readonly from: Access; readonly to: Access },
  isPortfolioShared: boolean,
): void {
  requireAction(accesses.park, 'RESOURCE_CONFIGURE');
  const outside = accesses.from.trace.some(({ reason }) => reason === 'OUTSIDE_TOKEN_SCOPE');
  if (outside) throw outsideScope();
  if (organization.role === 'ADMIN') return;
  const operator = Object.values(accesses).every((access) => access.jobRole === 'OPERATOR');
  if (organization.role === 'MODERATOR' && operator && !isPortfolioShared) return;
  const moderator = organization.role === 'MODERATOR' && isPortfolioShared;
  throw new Refusal(
    'FORBIDDEN',
    moderator
      ? 'One of the portfolios is shared: only an ADMIN moves a park between them.'
      : 'Moving a park needs an ADMIN, or a MODERATOR who is OPERATOR on the park and both portfolios.',
    {
      layer: 'ORGANIZATION',
      rule: 'section 5',
      required: moderator ? 'ADMIN' : 'ADMIN or MODERATOR as OPERATOR',
      actual: organization.role ?? 'NONE',
      allowedRoles: moderator ? ['ADMIN'] : ['ADMIN', 'MODERATOR'],
    },
  );
}

/** T3: a scoped token takes nothing out of a portfolio outside its scope; into one it finds none. */
const outsideScope = () =>
  new Refusal('FORBIDDEN', "The park's portfolio is outside the scope of the API token.", {
    layer: 'API',
    rule: 'T3',
    required: 'both portfolios in the scope',
    actual: 'the park alone',
    allowedRoles: [],
  });
