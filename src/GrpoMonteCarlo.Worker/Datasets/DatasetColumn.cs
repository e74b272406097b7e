using GrpoMonteCarlo.Parquet;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A column of a dataset: what it is called, what it holds, and how to get that from a row.</summary>
internal sealed record DatasetColumn<TRow>(ParquetColumn Column, Action<ColumnBuffer, TRow> Append)
{
    public static DatasetColumn<TRow> Int32(string name, Func<TRow, int> value) =>
        new(new(name, ParquetType.Int32, Optional: false), (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> Int64(string name, Func<TRow, long> value) =>
        new(new(name, ParquetType.Int64, Optional: false), (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> Double(string name, Func<TRow, double> value) =>
        new(new(name, ParquetType.Double, Optional: false), (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> Text(string name, Func<TRow, string> value) =>
        new(new(name, ParquetType.String, Optional: false), (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> OptionalText(string name, Func<TRow, string?> value) =>
        new(new(name, ParquetType.String, Optional: true), (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> OptionalInt32(string name, Func<TRow, int?> value) =>
        new(new(name, ParquetType.Int32, Optional: true), (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> OptionalInt64(string name, Func<TRow, long?> value) =>
        new(new(name, ParquetType.Int64, Optional: true), (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> OptionalDouble(string name, Func<TRow, double?> value) =>
        new(new(name, ParquetType.Double, Optional: true), (buffer, row) => buffer.Append(value(row)));
}
