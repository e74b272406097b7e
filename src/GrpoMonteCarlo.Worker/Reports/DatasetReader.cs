using GrpoMonteCarlo.Parquet;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Named columns of a Parquet file, a row group at a time.</summary>
internal sealed class DatasetReader : IDisposable
{
    private readonly string _path;
    private readonly ParquetReader _reader;
    private readonly Dictionary<string, int> _columns = [];

    private DatasetReader(string path)
    {
        _path = path;
        _reader = ParquetReader.Open(path);
        for (int i = 0; i < _reader.Columns.Count; i++)
        {
            _columns[_reader.Columns[i].Name] = i;
        }
    }

    public long RowCount => _reader.RowCount;

    public int RowGroupCount => _reader.RowGroupCount;

    /// <summary>Does something with a file's reader.</summary>
    /// <exception cref="BadInputException">The file is damaged, or has not the columns that are asked for.</exception>
    public static T Read<T>(string path, Func<DatasetReader, T> read)
    {
        try
        {
            using var reader = new DatasetReader(path);
            return read(reader);
        }
        catch (ParquetException damaged)
        {
            throw new BadInputException($"{path}: {damaged.Message}");
        }
    }

    public int RowsInGroup(int group) => _reader.RowsInGroup(group);

    /// <summary>A column of numbers in one row group; NaN where it is null or not finite.</summary>
    public double[] Numbers(int group, string name)
    {
        ColumnValues values = Values(group, name);
        double[] numbers = new double[values.Count];
        for (int row = 0; row < numbers.Length; row++)
        {
            double number = values.IsNull(row) ? double.NaN : values.Type switch
            {
                ParquetType.Int32 => values.Int32s[row],
                ParquetType.Int64 => values.Int64s[row],
                ParquetType.Double => values.Doubles[row],
                _ => throw new BadInputException($"{_path}: the column {name} is not of numbers"),
            };
            numbers[row] = double.IsFinite(number) ? number : double.NaN;
        }

        return numbers;
    }

    /// <summary>A whole column.</summary>
    public Column Column(string name)
    {
        IEnumerable<int> groups = Enumerable.Range(0, RowGroupCount);
        return IndexOf(name) is var index && _reader.Columns[index].Type == ParquetType.String
            ? new Column(name, [.. groups.SelectMany(group => Values(group, name).Strings.ToArray())])
            : new Column(name, [.. groups.SelectMany(group => Numbers(group, name))]);
    }

    public void Dispose() => _reader.Dispose();

    public BadInputException Wrong(string what) => new($"{_path}: {what}");

    private ColumnValues Values(int group, string name) => _reader.ReadColumn(group, IndexOf(name));

    private int IndexOf(string name) =>
        _columns.TryGetValue(name, out int index) ? index : throw Wrong($"has no column {name}");
}
