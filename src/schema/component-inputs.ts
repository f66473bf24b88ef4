import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Component } from './component.ts';

const NAME = 'Its name, 1 to 200 characters.';
const KIND = 'What it is, such as inverter or turbine; 1 to 100 characters.';
const SERIAL = "The maker's number, 1 to 100 characters.";
const STAYS = ' Left out: stays as it is.';

@InputType({ description: 'A new component.' })
export class CreateComponentInput {
  @Field(() => ID, { description: 'The park it is a part of.' })
  parkId!: string;

  @Field(() => ID, { nullable: true, description: 'The component of the same park that it is a part of.' })
  parentId?: string | null;

  @Field(() => String, { description: NAME })
  name!: string;

  @Field(() => String, { description: KIND })
  kind!: string;

  @Field(() => String, { nullable: true, description: SERIAL })
  serialNumber?: string | null;
}

@InputType({ description: 'A change of a component.' })
export class UpdateComponentInput {
  @Field(() => ID, { description: 'The component.' })
  componentId!: string;

  @Field(() => String, { nullable: true, description: NAME + STAYS })
  name?: string | null;

  @Field(() => String, { nullable: true, description: KIND + STAYS })
  kind?: string | null;

  @Field(() => String, { nullable: true, description: `${SERIAL + STAYS} Null clears it.` })
  serialNumber?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: `The component of the same park that it is a part of.${STAYS} Null moves it to the top.`,
  })
  parentId?: string | null;
}

@InputType({ description: 'The end of a component, with all that is part of it.' })
export class DeleteComponentInput {
  @Field(() => ID, { description: 'The component.' })
  componentId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of a component.' })
export class ComponentPayload {
  @Field(() => Component, { description: 'The component as it is now.' })
  component!: Component;
}
