// Prints the rows that a query gives, as rows of a Markdown table:
//
//   node query.mjs "SELECT count(*) FROM 'FILE.parquet'"
import { DuckDBInstance } from '@duckdb/node-api';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
const answer = await connection.runAndReadAll(process.argv[2]);
for (const row of [answer.columnNames(), ...answer.getRows()]) {
  console.log(`| ${row.join(' | ')} |`);
}
