import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { EventSeverity } from './enums.ts';
import { PlantEvent } from './plant-event.ts';
import { DateTime } from './scalars.ts';

@InputType({ description: 'Something that happened in a park.' })
export class RecordEventInput {
  @Field(() => ID, { description: 'The park it happened in.' })
  parkId!: string;

  @Field(() => ID, { nullable: true, description: 'The component of the same park that it happened to.' })
  componentId?: string | null;

  @Field(() => EventSeverity, { description: 'How grave it is.' })
  severity!: 'INFO' | 'WARNING' | 'ERROR';

  @Field(() => String, { description: 'What happened, 1 to 2,000 characters; may have line breaks.' })
  message!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it happened, from the year 1900 to a day ahead. Null or left out: now.',
  })
  occurredAt?: Date | null;
}

@InputType({ description: 'Somebody has seen an event.' })
export class AcknowledgeEventInput {
  @Field(() => ID, { description: 'The event.' })
  eventId!: string;
}

@InputType({ description: 'The end of the record of an event.' })
export class DeleteEventInput {
  @Field(() => ID, { description: 'The event.' })
  eventId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of an event.' })
export class PlantEventPayload {
  @Field(() => PlantEvent, { description: 'The event as it is now.' })
  event!: PlantEvent;
}
