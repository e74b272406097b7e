// Writes the files in fixtures/, which others' implementations made and our reader's tests read:
//
//   node fixtures.mjs
//
// Every file has the same 600 rows, which FixtureTests.cs computes likewise.
import { mkdirSync, writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { Bool, Field, Float64, Int32, Int64, RecordBatchStreamWriter, Schema, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { Compression, Encoding, Table as WasmTable, WriterPropertiesBuilder, WriterVersion, writeParquet } from 'parquet-wasm';

const ROWS = 600;
const folder = new URL('fixtures/', import.meta.url).pathname;
mkdirSync(folder, { recursive: true });

const row = i => ({
  row: i,
  flag: i % 5 === 3 ? null : i % 3 === 0,
  small: i % 7 === 5 ? null : (i >> 5) - 10,
  big: i % 11 === 0 ? null : 9007199254740993n * BigInt(i - 300),
  real: i % 13 === 12 ? null : [NaN, Infinity, -Infinity, -0, i / 7][Math.min(i % 20, 4)],
  text: i % 4 === 1 ? null : i % 10 === 0 ? '' : `naïve ${i % 30} 猫🐈`,
});
const rows = Array.from({ length: ROWS }, (_, i) => row(i));

async function writeDuckDB(name, options) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run('SET threads = 1');
  await connection.run('CREATE TABLE t("row" INTEGER NOT NULL, flag BOOLEAN, small INTEGER, big BIGINT, "real" DOUBLE, text VARCHAR)');
  const literal = value => value === null ? 'NULL' : typeof value === 'number' && !Number.isInteger(value) || Object.is(value, -0)
    ? `'${Object.is(value, -0) ? '-0' : value}'::DOUBLE` : typeof value === 'string' ? `'${value}'` : String(value);
  await connection.run(`INSERT INTO t VALUES ${rows.map(r => `(${Object.values(r).map(literal).join(',')})`).join(',')}`);
  await connection.run(`COPY t TO '${folder}${name}' (FORMAT parquet, KV_METADATA {maker: 'duckdb'}, ${options})`);
  connection.closeSync();
}

function writeWasm(name, set) {
  const types = { row: new Int32(), flag: new Bool(), small: new Int32(), big: new Int64(), real: new Float64(), text: new Utf8() };
  const fields = Object.entries(types).map(([column, type]) => new Field(column, type, column !== 'row'));
  const vectors = Object.fromEntries(fields.map(f => [f.name, vectorFromArray(rows.map(r => r[f.name]), f.type)]));
  const table = new Table(new Schema(fields), vectors);
  const ipc = RecordBatchStreamWriter.writeAll(table).toUint8Array(true);
  // Two row groups, and pages so small that every chunk has several.
  const properties = set(new WriterPropertiesBuilder())
    .setKeyValueMetadata(new Map([['maker', 'parquet-wasm']]))
    .setMaxRowGroupSize(300)
    .setDataPageSizeLimit(256)
    .setWriteBatchSize(64)
    .build();
  writeFileSync(`${folder}${name}`, writeParquet(WasmTable.fromIPCStream(ipc), properties));
}

await writeDuckDB('duckdb-gzip.parquet', 'CODEC gzip, PARQUET_VERSION V1');
await writeDuckDB('duckdb-uncompressed.parquet', 'CODEC uncompressed, PARQUET_VERSION V1');
writeWasm('wasm-v1-gzip-pages.parquet', p => p.setCompression(Compression.GZIP));
writeWasm('wasm-v2-gzip-pages.parquet', p => p
  .setWriterVersion(WriterVersion.V2).setCompression(Compression.GZIP)
  .setEncoding(Encoding.PLAIN).setColumnEncoding('flag', Encoding.RLE)
  .setColumnDictionaryEnabled('big', false).setColumnDictionaryEnabled('real', false));
writeWasm('wasm-v2-uncompressed-pages.parquet', p => p
  .setWriterVersion(WriterVersion.V2).setCompression(Compression.UNCOMPRESSED)
  .setEncoding(Encoding.PLAIN).setColumnEncoding('flag', Encoding.RLE));
