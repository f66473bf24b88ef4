import { ArgsType, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MetricAggregate, MetricInterval } from './enums.ts';
import { DateTime } from './scalars.ts';

const METRIC = 'The name of what is measured, such as energy; 1 to 100 characters.';

@ObjectType({ simpleResolvers: true, description: 'One value of a series.' })
export class MetricPoint {
  @Field(() => DateTime, {
    description: 'RAW: its instant. Else where its interval begins, which can be before from.',
  })
  at!: Date;

  @Field(() => Float, { description: "In the series' unit." })
  value!: number;
}

@ObjectType({ simpleResolvers: true, description: 'The values of one metric of one park.' })
export class MetricSeries {
  @Field(() => String, { description: METRIC })
  metric!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The unit of its values; null where none was recorded.',
  })
  unit!: string | null;

  @Field(() => MetricInterval, { description: 'What one point stands for.' })
  interval!: string;

  @Field(() => MetricAggregate, { description: 'What is made of the points of one interval.' })
  aggregate!: string;

  @Field(() => [MetricPoint], {
    description: 'In the order of time. An interval in which nothing was recorded is left out.',
  })
  points!: MetricPoint[];
}

@ArgsType()
export class MetricArgs {
  @Field(() => String, { description: METRIC })
  metric!: string;

  @Field(() => DateTime, { description: 'From this instant on; from the year 1900 on.' })
  from!: Date;

  @Field(() => DateTime, { description: 'Before this instant; before the year 10000.' })
  to!: Date;

  @Field(() => MetricInterval, {
    nullable: true,
    defaultValue: 'HOUR',
    description:
      'What one point stands for. from and to may be 50,000 intervals apart, RAW 3,660 days and 50,000 points.',
  })
  interval?: 'RAW' | 'MINUTE' | 'HOUR' | 'DAY' | 'MONTH' | null;

  @Field(() => MetricAggregate, {
    nullable: true,
    defaultValue: 'AVG',
    description: 'What is made of the points of one interval.',
  })
  aggregate?: 'AVG' | 'SUM' | 'MIN' | 'MAX' | null;
}

@InputType({ description: 'One value to record.' })
export class MetricPointInput {
  @Field(() => DateTime, {
    description: 'Its instant, of the years 1900 to 9999; finer parts than milliseconds are cut off.',
  })
  at!: Date;

  @Field(() => Float, { description: 'A number from -1e100 to 1e100.' })
  value!: number;
}

@InputType({ description: 'Values of one metric of a park.' })
export class RecordMetricsInput {
  @Field(() => ID, { description: 'The park.' })
  parkId!: string;

  @Field(() => String, { description: METRIC })
  metric!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The unit of the values, 1 to 20 characters. The first that is given is the unit of the series from then on; left out: whatever it is.',
  })
  unit?: string | null;

  @Field(() => [MetricPointInput], {
    description: '1 to 10,000 points; of two at one instant the later one in the list counts.',
  })
  points!: MetricPointInput[];
}

@ObjectType({ simpleResolvers: true, description: 'What was recorded.' })
export class RecordMetricsPayload {
  @Field(() => Int, { description: 'How many points the series has now of those that were sent.' })
  recorded!: number;
}
