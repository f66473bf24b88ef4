import { Field, InputType, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { ComponentOrderField, OrderDirection } from './enums.ts';
import { Node } from './node.ts';
import { Park } from './park.ts';
import { DateTime } from './scalars.ts';

@ObjectType({ simpleResolvers: true, implements: Node, description: 'A part of a park; parts form a tree.' })
export class Component extends Node {
  @Field(() => Park, { description: 'The park it is a part of.' })
  park!: Park;

  @Field(() => Component, { nullable: true, description: 'The component it is a part of; null at the top.' })
  parent!: Component | null;

  @Field(() => String, { description: 'Its name, 1 to 200 characters.' })
  name!: string;

  @Field(() => String, { description: 'What it is, such as inverter or turbine; 1 to 100 characters.' })
  kind!: string;

  @Field(() => String, { nullable: true, description: "The maker's number, 1 to 100 characters." })
  serialNumber!: string | null;

  @Field(() => DateTime, { description: 'When it was recorded.' })
  createdAt!: Date;
}

export const ComponentConnection = connectionOf('Component', 'components', () => Component);

@InputType({ description: 'The order of a list of components; equals are ordered by age.' })
export class ComponentOrder {
  @Field(() => ComponentOrderField, { description: 'What is compared.' })
  field!: 'NAME' | 'CREATED_AT';

  @Field(() => OrderDirection, { description: 'Which end comes first.' })
  direction!: 'ASC' | 'DESC';
}
