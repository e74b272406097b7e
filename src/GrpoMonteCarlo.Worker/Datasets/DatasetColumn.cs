using GrpoMonteCarlo.Parquet;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>A column of a dataset: what it is called, what it holds, and which numbers these may be; whole ones are never negative.</summary>
internal abstract record DatasetColumn(ParquetColumn Column, ValueRange Range);

/// <summary>A column and how to get its value from a row.</summary>
internal sealed record DatasetColumn<TRow>(ParquetColumn Column, ValueRange Range, Action<ColumnBuffer, TRow> Append) : DatasetColumn(Column, Range)
{
    public static DatasetColumn<TRow> Int32(string name, Func<TRow, int> value) =>
        Of(name, ParquetType.Int32, false, (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> Int64(string name, Func<TRow, long> value) =>
        Of(name, ParquetType.Int64, false, (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> Double(string name, ValueRange range, Func<TRow, double> value) =>
        new(new(name, ParquetType.Double, Optional: false), range, (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> Text(string name, Func<TRow, string> value) =>
        Of(name, ParquetType.String, false, (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> OptionalText(string name, Func<TRow, string?> value) =>
        Of(name, ParquetType.String, true, (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> OptionalInt32(string name, Func<TRow, int?> value) =>
        Of(name, ParquetType.Int32, true, (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> OptionalInt64(string name, Func<TRow, long?> value) =>
        Of(name, ParquetType.Int64, true, (buffer, row) => buffer.Append(value(row)));

    public static DatasetColumn<TRow> OptionalDouble(string name, ValueRange range, Func<TRow, double?> value) =>
        new(new(name, ParquetType.Double, Optional: true), range, (buffer, row) => buffer.Append(value(row)));

    private static DatasetColumn<TRow> Of(string name, ParquetType type, bool optional, Action<ColumnBuffer, TRow> append) =>
        new(new(name, type, optional), ValueRange.NotNegative, append);
}
