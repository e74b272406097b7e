// Reads FILE.parquet with DuckDB and with parquet-wasm and checks that both find exactly what DUMP.json says:
// the columns, the file's metadata, and every value to the last bit. DUMP.json is what our own reader printed
// (ParquetJson, or `grpomc show FILE --json`).
//
//   node compare.mjs FILE.parquet DUMP.json
//
// Exits with 0 and one line, or with 1 and the first differences.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { ParquetFile, readParquet } from 'parquet-wasm';

const MOST_DIFFERENCES = 10;

// The readers' own decoders take a leading U+FEFF for a byte order mark and drop it, so texts are taken from them as bytes.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const differences = [];

function differ(reader, where, found, expected) {
  differences.push(`${reader}: ${where}: ${show(found)}, where the dump says ${show(expected)}`);
  if (differences.length >= MOST_DIFFERENCES) {
    finish();
  }
}

function show(value) {
  return typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : JSON.stringify(value) ?? String(value);
}

function finish() {
  for (const difference of differences) {
    console.error(difference);
  }
  process.exit(1);
}

// Object.is tells -0 from 0 and finds NaN the same as NaN; no two other doubles that are the same differ in a bit.
function check(reader, where, found, expected) {
  if (!Object.is(found, expected)) {
    differ(reader, where, found, expected);
  }
}

// JSON.parse would round integers beyond 2^53, so every number outside of a string becomes ["its digits"] first.
function parseDump(text) {
  const dump = JSON.parse(text.replace(
    /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
    token => token.startsWith('"') ? token : `["${token}"]`));
  const fromJson = {
    boolean: value => value,
    int32: value => Number(value[0]),
    int64: value => BigInt(value[0]),
    double: value => Number(Array.isArray(value) ? value[0] : value),
    string: value => value,
  };
  const convert = dump.columns.map(column => fromJson[column.type]);
  return {
    columns: dump.columns,
    metadata: Object.entries(dump.metadata),
    rowCount: Number(dump.rowCount[0]),
    rows: dump.rows.map(row => row.map((value, i) => value === null ? null : convert[i](value))),
  };
}

function checkColumns(reader, found, dump) {
  check(reader, 'columns', JSON.stringify(found), JSON.stringify(
    dump.columns.map(({ name, type, optional }) => ({ name, type, optional }))));
}

function checkMetadata(reader, found, dump) {
  check(reader, 'metadata', JSON.stringify([...found].sort()), JSON.stringify([...dump.metadata].sort()));
}

function checkValues(reader, columns, dump) {
  columns.forEach((values, i) => {
    check(reader, `rows of column ${i}`, values.length, dump.rowCount);
    for (let row = 0; row < dump.rowCount; row++) {
      check(reader, `column '${dump.columns[i].name}', row ${row}`, values[row], dump.rows[row][i]);
    }
  });
}

async function checkDuckDB(path, dump) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const file = `'${path.replaceAll("'", "''")}'`;
  const query = async sql => (await connection.runAndReadAll(sql)).getRows();

  const types = { BOOLEAN: 'boolean', INT32: 'int32', INT64: 'int64', DOUBLE: 'double', BYTE_ARRAY: 'string' };
  const schema = await query(`SELECT name, type, repetition_type FROM parquet_schema(${file})`);
  checkColumns('duckdb', schema.slice(1).map(([name, type, repetition]) => (
    { name, type: types[type] ?? type, optional: repetition === 'OPTIONAL' })), dump);

  const text = blob => blob === null ? null : UTF8.decode(blob.bytes);
  const metadata = await query(`SELECT key, value FROM parquet_kv_metadata(${file})`);
  checkMetadata('duckdb', metadata.map(([key, value]) => [text(key), text(value)]), dump);

  const names = (await query(`DESCRIBE SELECT * FROM read_parquet(${file})`)).map(([name]) => `"${name.replaceAll('"', '""')}"`);
  const isText = dump.columns.map(({ type }) => type === 'string');
  const all = await connection.runAndReadAll(
    `SELECT ${names.map((name, i) => isText[i] ? `encode(${name})` : name)} FROM read_parquet(${file})`);
  checkValues('duckdb', all.getColumns().map((values, i) => isText[i] ? values.map(text) : values), dump);

  // DuckDB passes over row groups by their statistics, so wrong ones would hide rows from these.
  for (const [i, name] of names.entries()) {
    const values = dump.rows.map(row => row[i]);
    const count = async condition => Number((await query(`SELECT count(*) FROM read_parquet(${file}) WHERE ${name} ${condition}`))[0][0]);
    check('duckdb', `nulls of column ${name}`, await count('IS NULL'), values.filter(v => v === null).length);
    for (const wanted of samples(values)) {
      const literal = isText[i] ? `'${wanted.replaceAll("'", "''")}'` : `'${wanted}'::${all.columnType(i)}`;
      check('duckdb', `rows with ${show(wanted)} in column ${name}`, await count(`= ${literal}`), values.filter(v => v === wanted).length);
    }
  }
  connection.closeSync();
}

// A few values, the extremes among them. (NaN is left out, being no value's equal here; NUL ends a query.)
function samples(values) {
  const usable = values.filter(v => v !== null && !Number.isNaN(v) && !(typeof v === 'string' && v.includes('\0')));
  if (usable.length === 0) {
    return [];
  }
  const least = usable.reduce((a, b) => b < a ? b : a);
  const greatest = usable.reduce((a, b) => b > a ? b : a);
  return new Set([least, greatest, usable[0], usable[usable.length >> 1], usable.at(-1)]);
}

async function checkWasm(path, dump) {
  const bytes = readFileSync(path);
  const types = { Bool: 'boolean', Int32: 'int32', Int64: 'int64', Float64: 'double', Utf8: 'string' };
  const table = tableFromIPC(readParquet(new Uint8Array(bytes)).intoIPCStream());
  checkColumns('parquet-wasm', table.schema.fields.map(({ name, type, nullable }) => (
    { name, type: types[String(type)] ?? String(type), optional: nullable })), dump);

  const file = await ParquetFile.fromFile(new Blob([bytes]));
  checkMetadata('parquet-wasm', file.metadata().fileMetadata().keyValueMetadata(), dump);

  checkValues('parquet-wasm', dump.columns.map((_, i) => {
    const column = table.getChildAt(i);
    return column === null ? [] : dump.columns[i].type === 'string' ? arrowTexts(column) : Array.from(column);
  }), dump);
}

function arrowTexts(column) {
  return column.data.flatMap(batch => Array.from({ length: batch.length }, (_, i) => batch.getValid(i)
    ? UTF8.decode(batch.values.subarray(batch.valueOffsets[i], batch.valueOffsets[i + 1])) : null));
}

const [path, dumpPath] = process.argv.slice(2);
if (dumpPath === undefined) {
  console.error('usage: node compare.mjs FILE.parquet DUMP.json');
  process.exit(1);
}
const dump = parseDump(readFileSync(dumpPath, 'utf8'));
check('dump', 'rows', dump.rows.length, dump.rowCount);
for (const [reader, checks] of [['duckdb', checkDuckDB], ['parquet-wasm', checkWasm]]) {
  try {
    await checks(path, dump);
  } catch (error) {
    differ(reader, 'reading', String(error), 'a file that can be read');
  }
}
if (differences.length > 0) {
  finish();
}
console.log(`${path}: duckdb ok, parquet-wasm ok (${dump.rowCount} rows, ${dump.columns.length} columns)`);
