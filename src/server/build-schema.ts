import 'reflect-metadata';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { type GraphQLSchema, isObjectType } from 'graphql';
import { buildTypeDefsAndResolversSync, type NonEmptyArray } from 'type-graphql';
import { PERMISSIONS } from '../authz/permissions.ts';
import { fieldRule } from '../authz/rules.ts';
import { allow, applyMiddleware, deny, shield } from '../authz/shield-compat.ts';
import { AccountResolver } from '../resolvers/accounts/account.resolver.ts';
import {
  ApiTokenResolver,
  OrganizationApiTokensResolver,
  ViewerApiTokensResolver,
} from '../resolvers/api-tokens/api-token.resolver.ts';
import { ComponentResolver } from '../resolvers/components/component.resolver.ts';
import { ContractResolver, ParkContractsResolver } from '../resolvers/contracts/contract.resolver.ts';
import {
  AccessCooperationResolver,
  CooperationResolver,
  GrantCooperationResolver,
  InvitationCooperationResolver,
  OrganizationCooperationsResolver,
  ShareCooperationResolver,
} from '../resolvers/cooperations/cooperation.resolver.ts';
import { ParkEventsResolver, PlantEventResolver } from '../resolvers/events/plant-event.resolver.ts';
import {
  AccessStepResolver,
  GrantResolver,
  ResourceGrantsResolver,
} from '../resolvers/grants/grant.resolver.ts';
import { InvitationGrantResolver, InvitationResolver } from '../resolvers/invitations/invitation.resolver.ts';
import { MemberResolver } from '../resolvers/members/member.resolver.ts';
import { MetricsResolver } from '../resolvers/metrics/metrics.resolver.ts';
import { NodeResolver } from '../resolvers/nodes/node.resolver.ts';
import { OrganizationResolver } from '../resolvers/organizations/organization.resolver.ts';
import { ParkResolver } from '../resolvers/parks/park.resolver.ts';
import { PermissionModelResolver } from '../resolvers/permission-model/permission-model.resolver.ts';
import { PortfolioResolver } from '../resolvers/portfolios/portfolio.resolver.ts';
import { ReportResolver } from '../resolvers/reports/report.resolver.ts';
import { AccessResolver } from '../resolvers/resources/access.resolver.ts';
import { SessionResolver } from '../resolvers/sessions/session.resolver.ts';
import {
  AccessStepShareResolver,
  CooperationSharesResolver,
  ResourceSharesResolver,
  ShareResolver,
} from '../resolvers/shares/share.resolver.ts';
import { SystemResolver } from '../resolvers/system/system.resolver.ts';
import { ParkTicketsResolver, TicketResolver } from '../resolvers/tickets/ticket.resolver.ts';
import { ViewerResolver } from '../resolvers/viewer/viewer.resolver.ts';
import { describePermissions } from './describe-permissions.ts';

const RESOLVERS: NonEmptyArray<new () => object> = [
  ViewerResolver,
  OrganizationResolver,
  PortfolioResolver,
  ParkResolver,
  ComponentResolver,
  MetricsResolver,
  ReportResolver,
  PlantEventResolver,
  ParkEventsResolver,
  TicketResolver,
  ParkTicketsResolver,
  ContractResolver,
  ParkContractsResolver,
  MemberResolver,
  GrantResolver,
  ResourceGrantsResolver,
  InvitationResolver,
  InvitationGrantResolver,
  CooperationResolver,
  OrganizationCooperationsResolver,
  AccessCooperationResolver,
  GrantCooperationResolver,
  InvitationCooperationResolver,
  ShareCooperationResolver,
  ShareResolver,
  CooperationSharesResolver,
  ResourceSharesResolver,
  AccessStepShareResolver,
  ApiTokenResolver,
  ViewerApiTokensResolver,
  OrganizationApiTokensResolver,
  AccountResolver,
  SystemResolver,
  AccessResolver,
  AccessStepResolver,
  NodeResolver,
  PermissionModelResolver,
  SessionResolver,
];

/** The schema as it is executed, without its fence: for comparison in bench/, never for service. */
export function buildUnfencedSchema(): GraphQLSchema {
  const { typeDefs, resolvers } = buildTypeDefsAndResolversSync({ resolvers: RESOLVERS, validate: false });
  const schema = makeExecutableSchema({ typeDefs: describePermissions(typeDefs), resolvers });
  requireEveryPermission(schema);
  return schema;
}

/** The schema that is served: every field behind its fence, every field without an entry denied. */
export function buildServedSchema(): GraphQLSchema {
  const schema = buildUnfencedSchema();
  return applyMiddleware(schema, fenceOf(schema));
}

/** A field without a permission, or a permission without its field, and the gateway does not start. */
function requireEveryPermission(schema: GraphQLSchema): void {
  const missing = coordinatesOf(schema).filter(([type, field]) => !PERMISSIONS[type]?.[field]);
  const known = new Set(coordinatesOf(schema).map((coordinate) => coordinate.join('.')));
  const stale = Object.entries(PERMISSIONS)
    .flatMap(([type, fields]) => Object.keys(fields).map((field) => `${type}.${field}`))
    .filter((coordinate) => !known.has(coordinate));
  if (missing.length + stale.length === 0) return;
  const list = [
    ...missing.map((coordinate) => `${coordinate.join('.')} is missing`),
    ...stale.map((c) => `${c} is no field`),
  ];
  throw new Error(`authz/permissions.ts does not fit the schema:\n  ${list.join('\n  ')}`);
}

/**
 * Type and field of every field that a client can select.
 * @internal tests enumerate the schema with it
 */
export const coordinatesOf = (schema: GraphQLSchema): (readonly [type: string, field: string])[] =>
  Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) =>
      isObjectType(type) ? Object.keys(type.getFields()).map((field) => [type.name, field] as const) : [],
    );

/**
 * graphql-shield's middleware for every field whose fence is not simply open. Those are left out, because wrapping a field
 * costs more than resolving it; what has no entry at all stays in, as denied.
 */
function fenceOf(schema: GraphQLSchema) {
  const tree = Object.fromEntries(
    Object.entries(PERMISSIONS).map(([type, fields]) => [
      type,
      Object.fromEntries(
        Object.entries(fields).map(([field, { fence }]) => [field, fieldRule(type, field, fence)]),
      ),
    ]),
  );
  const middleware = shield(tree, { fallbackRule: deny, allowExternalErrors: true }).generate(
    schema,
  ) as Record<string, Record<string, unknown>>;
  const isOpen = (type: string, field: string) => tree[type]?.[field] === allow;
  return Object.fromEntries(
    Object.entries(middleware).map(([type, fields]) => [
      type,
      Object.fromEntries(Object.entries(fields).filter(([field]) => !isOpen(type, field))),
    ]),
  ) as Parameters<typeof applyMiddleware>[1];
}
