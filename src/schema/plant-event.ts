import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { EventSeverity } from './enums.ts';
import { Node } from './node.ts';
import { DateTime } from './scalars.ts';

@ObjectType({ simpleResolvers: true, implements: Node, description: 'Something that happened in a park.' })
export class PlantEvent extends Node {
  @Field(() => EventSeverity, { description: 'How grave it is.' })
  severity!: string;

  @Field(() => String, { description: 'What happened, 1 to 2,000 characters.' })
  message!: string;

  @Field(() => DateTime, { description: 'When it happened.' })
  occurredAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When somebody acknowledged it; null: nobody has yet.',
  })
  acknowledgedAt!: Date | null;
}

export const PlantEventConnection = connectionOf('PlantEvent', 'events', () => PlantEvent);

@InputType({ description: 'Which events a list holds; all that is given must hold.' })
export class PlantEventFilter {
  @Field(() => [EventSeverity], { nullable: true, description: 'Only of these severities.' })
  severities?: ('INFO' | 'WARNING' | 'ERROR')[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only what was acknowledged; false: only what was not.',
  })
  acknowledged?: boolean | null;

  @Field(() => ID, { nullable: true, description: 'Only what happened to this component itself.' })
  componentId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Only what happened at this instant or later.' })
  from?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Only what happened before this instant, which is later than `from`.',
  })
  to?: Date | null;
}
