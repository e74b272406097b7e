using GrpoMonteCarlo.Parquet;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>A dataset in memory.</summary>
internal sealed class DatasetTable
{
    private readonly Dictionary<string, object?[]> _values = [];

    public DatasetTable(string path)
    {
        using var reader = ParquetReader.Open(path);
        Columns = [.. reader.Columns];
        Metadata = reader.Metadata.ToDictionary(pair => pair.Key, pair => pair.Value);
        Rows = (int)reader.RowCount;
        for (int i = 0; i < Columns.Length; i++)
        {
            int column = i;
            _values[Columns[i].Name] = [.. Enumerable.Range(0, reader.RowGroupCount).SelectMany(group => ValuesOf(reader.ReadColumn(group, column)))];
        }
    }

    public ParquetColumn[] Columns { get; }

    public Dictionary<string, string> Metadata { get; }

    public int Rows { get; }

    public bool IsNull(string column, int row) => _values[column][row] is null;

    public double Double(string column, int row) => (double)_values[column][row]!;

    public int Int32(string column, int row) => (int)_values[column][row]!;

    public long Int64(string column, int row) => (long)_values[column][row]!;

    public string Text(string column, int row) => (string)_values[column][row]!;

    private static IEnumerable<object?> ValuesOf(ColumnValues values) => Enumerable.Range(0, values.Count).Select(row => values.IsNull(row) ? null : values.Type switch
    {
        ParquetType.Boolean => values.Booleans[row],
        ParquetType.Int32 => values.Int32s[row],
        ParquetType.Int64 => values.Int64s[row],
        ParquetType.Double => values.Doubles[row],
        _ => (object?)values.Strings[row],
    });
}
