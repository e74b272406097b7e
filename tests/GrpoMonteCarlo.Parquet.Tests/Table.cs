namespace GrpoMonteCarlo.Parquet.Tests;

/// <summary>A table in memory: for every column, its values, of the column's own type or null.</summary>
internal sealed record Table(ParquetColumn[] Columns, object?[][] Values)
{
    public static readonly KeyValuePair<string, string>[] NoMetadata = [];

    public int RowCount => Values[0].Length;

    public static Table OfOne(ParquetType type, bool optional, params object?[] values) =>
        new([new ParquetColumn("x", type, optional)], [values]);

    public byte[] Write(int rowsPerGroup = 32768, IReadOnlyList<KeyValuePair<string, string>>? metadata = null)
    {
        MemoryStream stream = new();
        using (ParquetWriter writer = new(stream, Columns, metadata ?? NoMetadata, "tests", rowsPerGroup))
        {
            Fill(writer);
            writer.Finish();
        }

        return stream.ToArray();
    }

    public void Fill(ParquetWriter writer)
    {
        for (int row = 0; row < RowCount; row++)
        {
            for (int i = 0; i < Columns.Length; i++)
            {
                Append(writer.Column(i), Values[i][row]);
            }

            writer.EndRow();
        }
    }

    public static Table Read(byte[] file) => Read(new MemoryStream(file));

    public static Table Read(Stream stream)
    {
        using ParquetReader reader = ParquetReader.Open(stream);
        List<object?>[] values = [.. reader.Columns.Select(_ => new List<object?>())];
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            for (int i = 0; i < values.Length; i++)
            {
                ColumnValues column = reader.ReadColumn(group, i);
                Assert.Equal(reader.RowsInGroup(group), column.Count);
                for (int row = 0; row < column.Count; row++)
                {
                    values[i].Add(Value(column, row));
                }

                Assert.Equal(column.NullCount, values[i].Skip(values[i].Count - column.Count).Count(v => v is null));
            }
        }

        Assert.All(values, column => Assert.Equal(reader.RowCount, column.Count));
        return new Table([.. reader.Columns], [.. values.Select(v => v.ToArray())]);
    }

    public static void AssertSame(Table expected, Table found)
    {
        Assert.Equal(expected.Columns, found.Columns);
        for (int i = 0; i < expected.Columns.Length; i++)
        {
            Assert.Equal(expected.Values[i].Select(Bits), found.Values[i].Select(Bits));
        }
    }

    /// <summary>The headers of all the pages of a column chunk, by way of the library's internals.</summary>
    public static List<PageHeader> Pages(byte[] file, int rowGroup = 0, int column = 0)
    {
        using ParquetReader reader = ParquetReader.Open(new MemoryStream(file));
        ColumnChunk chunk = reader.File.RowGroups[rowGroup].Chunks[column];
        List<PageHeader> pages = [];
        for (int at = (int)chunk.Start; at < chunk.Start + chunk.Size;)
        {
            ThriftReader thrift = new(file.AsSpan(at), "page");
            pages.Add(PageHeader.Read(ref thrift));
            at += thrift.Position + pages[^1].Size;
        }

        return pages;
    }

    // NaN and -0.0 must come back as they are.
    private static object? Bits(object? value) => value is double d ? BitConverter.DoubleToInt64Bits(d) : value;

    private static object? Value(ColumnValues column, int row) => column.IsNull(row) ? null : column.Type switch
    {
        ParquetType.Boolean => column.Booleans[row],
        ParquetType.Int32 => column.Int32s[row],
        ParquetType.Int64 => column.Int64s[row],
        ParquetType.Double => column.Doubles[row],
        _ => column.Strings[row],
    };

    private static void Append(ColumnBuffer buffer, object? value)
    {
        switch (value)
        {
            case null:
                buffer.AppendNull();
                break;
            case bool v:
                buffer.Append(v);
                break;
            case int v:
                buffer.Append(v);
                break;
            case long v:
                buffer.Append(v);
                break;
            case double v:
                buffer.Append(v);
                break;
            default:
                buffer.Append((string)value);
                break;
        }
    }
}
