import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Park } from '../../schema/park.ts';
import { GenerateReportInput, Report, ReportPayload } from '../../schema/report.ts';
import type { RequestContext } from '../context/request-context.ts';
import { found } from '../resources/load-resource.ts';
import { generateReport } from './generate-report.ts';
import { loadParksOf, loadReport } from './load-report.ts';
import { chargeCharacters, loadTable } from './load-rows.ts';
import type { ReportModel } from './report-model.ts';

@Resolver(() => Report)
export class ReportResolver {
  @FieldResolver(() => [Park], {
    nullable: 'items',
    description: 'The parks it is about; null in the place of what the viewer cannot see any more.',
  })
  parks(@Ctx('request') context: RequestContext, @Root() report: ReportModel) {
    return loadParksOf(context.current, report);
  }

  @FieldResolver(() => [[String]], {
    description:
      'The rows, in the order of the parks and of time; an empty text where there is nothing. At most 10,000, and 10 million characters, those of all reports of an operation together: the file has no limit.',
  })
  async rows(@Ctx('request') context: RequestContext, @Root() report: ReportModel) {
    const { rows, characters } = await loadTable(context.current, report);
    chargeCharacters(context, characters);
    return rows.map((cells) => cells.map((cell) => String(cell ?? '')));
  }

  @FieldResolver(() => String, {
    description:
      'Columns and rows as CSV (RFC 4180). What a spreadsheet would take for a formula begins with an apostrophe. At most 10,000 rows and 10 million characters, together with the other fields.',
  })
  async csv(@Ctx('request') context: RequestContext, @Root() report: ReportModel) {
    const { csv } = await loadTable(context.current, report);
    chargeCharacters(context, csv.length);
    return csv;
  }

  @Mutation(() => ReportPayload, {
    description:
      'Makes a report on parks, or on all parks of a portfolio where the viewer may. Every signed-in account may, DEMO ones too.',
  })
  async generateReport(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => GenerateReportInput, { description: 'What it is about.' }) input: GenerateReportInput,
  ) {
    const id = await generateReport(context, input);
    return { report: found(await loadReport(await context.reading(), id)) };
  }
}
