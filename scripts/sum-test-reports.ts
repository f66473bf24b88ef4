/**
 * Prints `N passed, N failed` over every JSON report of vitest in a directory, and fails when a test failed, when a report
 * tells of any other failure, and when nothing passed. A file that failed without a failed test (it did not load) counts as one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

const directory = process.argv[2];
if (!directory) throw new Error('usage: sum-test-reports.ts DIRECTORY');
const reports = readdirSync(directory).map(
  (name): Report => JSON.parse(readFileSync(join(directory, name), 'utf8')),
);

let passed = 0;
let failed = 0;
for (const { numPassedTests, numFailedTests, testResults } of reports) {
  passed += numPassedTests;
  failed += numFailedTests;
  failed += testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length;
}
if (failed > 0 || passed === 0 || reports.some(({ success }) => !success)) process.exitCode = 1;
console.log(`\n${passed} passed, ${failed} failed`);
