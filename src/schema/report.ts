import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { ReportKind } from './enums.ts';
import { Node } from './node.ts';
import { Park } from './park.ts';
import { DateTime } from './scalars.ts';

const FROM = 'From this instant on; from the year 1900 on.';
const TO = 'Before this instant; before the year 10000.';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description:
    'What some parks did in some time. Kept is what it is about; its rows are made whenever it is read, of what its reader may see then. Seen by the member who made it alone, until the membership ends. As a file: /reports/<id>.csv.',
})
export class Report extends Node {
  @Field(() => ReportKind, { description: 'What its rows are.' })
  kind!: string;

  @Field(() => DateTime, { description: FROM })
  from!: Date;

  @Field(() => DateTime, { description: TO })
  to!: Date;

  @Field(() => [Park], {
    nullable: 'items',
    description: 'The parks it is about; null in the place of what the viewer cannot see any more.',
  })
  parks!: (Park | null)[];

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => [String], { description: 'The names of the columns.' })
  columns!: string[];

  @Field(() => [[String]], {
    description:
      'The rows, in the order of the parks and of time; an empty text where there is nothing. At most 10,000, and 10 million characters, those of all reports of an operation together: the file has no limit.',
  })
  rows!: string[][];

  @Field(() => String, {
    description:
      'Columns and rows as CSV (RFC 4180). What a spreadsheet would take for a formula begins with an apostrophe. At most 10,000 rows and 10 million characters, together with the other fields.',
  })
  csv!: string;
}

@InputType({ description: 'What a report is about: exactly one of parkIds and portfolioId.' })
export class GenerateReportInput {
  @Field(() => ReportKind, { description: 'What its rows are.' })
  kind!: 'PRODUCTION' | 'EVENTS' | 'TICKETS';

  @Field(() => [ID], {
    nullable: true,
    description: '1 to 1,000 parks; one that is named twice counts once.',
  })
  parkIds?: string[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'All parks of a portfolio where the viewer may REPORT_GENERATE now, at most 1,000.',
  })
  portfolioId?: string | null;

  @Field(() => DateTime, { description: FROM })
  from!: Date;

  @Field(() => DateTime, { description: TO })
  to!: Date;
}

@ObjectType({ simpleResolvers: true, description: 'The new report.' })
export class ReportPayload {
  @Field(() => Report, { description: 'The report.' })
  report!: Report;
}
