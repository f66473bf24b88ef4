import { Field, ObjectType } from 'type-graphql';
import { JobRole, PermissionLayer, ResourceAction } from './enums.ts';
import { DateTime } from './scalars.ts';

@ObjectType({ simpleResolvers: true, description: 'One step of the decision, and the rule behind it.' })
export class AccessStep {
  @Field(() => PermissionLayer, { description: 'The layer that was asked.' })
  layer!: string;

  @Field(() => String, { description: 'The rule applied, as numbered in the permission model.' })
  rule!: string;

  @Field(() => JobRole, {
    description: "The highest job role that is left after this step; the last step's is the outcome.",
  })
  jobRole!: string;

  @Field(() => String, { description: 'The reason, as a sentence in English.' })
  reason!: string;
}

@ObjectType({ simpleResolvers: true, description: 'The outcome of the decision on one resource, and why.' })
export class Access {
  @Field(() => JobRole, { description: 'The effective job role.' })
  jobRole!: string;

  @Field(() => [ResourceAction], { description: 'What it allows here.' })
  actions!: string[];

  @Field(() => JobRole, { nullable: true, description: 'The ceiling of the share, on a shared resource.' })
  ceiling!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The first instant at which this outcome changes by itself, through an expiry.',
  })
  changesAt!: Date | null;

  @Field(() => [AccessStep], { description: 'The layers in the order they were asked.' })
  trace!: AccessStep[];
}
