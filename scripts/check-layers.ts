/** Fails where an import goes against .dependency-cruiser.cjs, and where the check saw too little to mean anything. */
import { cruise, format, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { projectRoot } from '../src/root.ts';

/** Without a parser that it understands, dependency-cruiser sees no module at all and is content. */
const MODULES_AT_LEAST = 20;

process.chdir(projectRoot);
const options = await extractOptions('./.dependency-cruiser.cjs');
const { output } = await cruise(['src', 'bench', 'test', 'scripts'], options);
const result = output as ICruiseResult;
const report = await format(result, { outputType: 'err' });
console.log(report.output);

const ofSource = result.modules.filter(({ source }) => source.startsWith('src/'));
const imports = ofSource.flatMap(({ dependencies }) => dependencies);
if (ofSource.length <= MODULES_AT_LEAST || imports.length <= MODULES_AT_LEAST) {
  console.error(
    `dependency-cruiser saw only ${ofSource.length} modules of src with ${imports.length} imports: is @swc/core installed?`,
  );
  process.exitCode = 1;
}
// Its exit code is the number of violations, of which a shell sees only the last eight bits.
if (report.exitCode > 0) process.exitCode = 1;
