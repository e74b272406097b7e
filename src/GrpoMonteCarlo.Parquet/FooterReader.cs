namespace GrpoMonteCarlo.Parquet;

/// <summary>Reads a footer and checks whatever in it is used later. The numbers are the field ids of parquet.thrift.</summary>
internal static class FooterReader
{
    /// <param name="footer">The footer's bytes.</param>
    /// <param name="dataEnd">The offset in the file at which the footer begins; the chunks lie before it.</param>
    public static FileMetadata Read(ReadOnlySpan<byte> footer, long dataEnd)
    {
        ThriftReader thrift = new(footer, "Footer");
        ParquetColumn[]? columns = null;
        List<RowGroup> groups = [];
        List<KeyValuePair<string, string>> metadata = [];
        string createdBy = "";
        long? rows = null;
        long groupRows = 0;
        long chunkBytes = 0;
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 2:
                    // The row groups are checked against the first schema; a second one would undo that.
                    columns = columns is null ? SchemaReader.Read(ref thrift, type) : throw thrift.Bad("a second schema");
                    break;
                case 3:
                    rows = thrift.ReadInt64(type);
                    break;
                case 4:
                    int count = thrift.ReadList(type, ThriftType.Struct);
                    for (int i = 0; i < count; i++)
                    {
                        groups.Add(ReadRowGroup(ref thrift, columns ?? throw thrift.Bad("row groups before the schema"), dataEnd));
                        groupRows += groups[^1].RowCount;
                        chunkBytes += groups[^1].Chunks.Sum(chunk => chunk.Size);

                        // Chunks that share bytes would make reading a small file take any time.
                        if (chunkBytes > dataEnd)
                        {
                            throw thrift.Bad($"column chunks of {chunkBytes} bytes so far, in a file with {dataEnd}");
                        }

                        // Runs and nulls take next to no bytes, but room and time once they are read.
                        if ((Int128)groupRows * columns.Length > Math.Max(Format.MaxRowsPerGroup, Format.MaxValuesPerByte * dataEnd))
                        {
                            throw thrift.Bad($"{groupRows} rows of {columns.Length} columns so far, in a file with {dataEnd} bytes");
                        }
                    }

                    break;
                case 5:
                    metadata = ReadMetadata(ref thrift, type);
                    break;
                case 6:
                    createdBy = thrift.ReadText(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        return columns is not null && rows == groupRows
            ? new FileMetadata(columns, groups, metadata, createdBy, groupRows)
            : throw thrift.Bad($"no schema, or {rows} rows where the row groups have {groupRows}");
    }

    private static RowGroup ReadRowGroup(ref ThriftReader thrift, ParquetColumn[] columns, long dataEnd)
    {
        List<(ColumnChunk Chunk, long ValueCount)> chunks = [];
        long rows = -1;
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    int count = thrift.ReadList(type, ThriftType.Struct);
                    if (count != columns.Length || chunks.Count > 0)
                    {
                        throw thrift.Bad($"a row group of {count} columns in a file of {columns.Length}");
                    }

                    foreach (ParquetColumn column in columns)
                    {
                        chunks.Add(ReadColumnChunk(ref thrift, column, dataEnd));
                    }

                    break;
                case 3:
                    rows = thrift.ReadInt64(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        if (rows is < 0 or > Format.MaxRowsPerGroup || chunks.Count != columns.Length || chunks.Any(c => c.ValueCount != rows))
        {
            throw thrift.Bad($"a row group of {rows} rows and {chunks.Count} columns (at most {Format.MaxRowsPerGroup} rows are read), or one whose columns differ in length");
        }

        return new RowGroup((int)rows, [.. chunks.Select(c => c.Chunk)]);
    }

    private static (ColumnChunk Chunk, long ValueCount) ReadColumnChunk(ref ThriftReader thrift, ParquetColumn column, long dataEnd)
    {
        (ColumnChunk Chunk, long ValueCount)? found = null;
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    throw thrift.Bad($"column '{column.Name}' is in another file");
                case 3:
                    thrift.Expect(type, ThriftType.Struct);
                    found = ReadChunkMetadata(ref thrift, column, dataEnd);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        return found ?? throw thrift.Bad($"a chunk of column '{column.Name}' without metadata");
    }

    private static (ColumnChunk Chunk, long ValueCount) ReadChunkMetadata(ref ThriftReader thrift, ParquetColumn column, long dataEnd)
    {
        int physical = -1, codec = -1;
        long values = -1, size = -1, dataStart = -1, dictionaryStart = 0;
        ColumnStatistics? statistics = null;
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    physical = thrift.ReadInt32(type);
                    break;
                case 4:
                    codec = thrift.ReadInt32(type);
                    break;
                case 5:
                    values = thrift.ReadInt64(type);
                    break;
                case 7:
                    size = thrift.ReadInt64(type);
                    break;
                case 9:
                    dataStart = thrift.ReadInt64(type);
                    break;
                case 11:
                    dictionaryStart = thrift.ReadInt64(type);
                    break;
                case 12:
                    thrift.Expect(type, ThriftType.Struct);
                    statistics = ReadStatistics(ref thrift);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        if (physical != (int)Format.Physical(column.Type) || codec is not ((int)Codec.Uncompressed or (int)Codec.Gzip))
        {
            throw thrift.Bad($"a chunk of column '{column.Name}' with type {physical} and codec {codec}, of which only 0 (none) and 2 (GZIP) are read");
        }

        // Some writers say 0 where there is no dictionary.
        long start = dictionaryStart > 0 && dictionaryStart < dataStart ? dictionaryStart : dataStart;
        if (start < Format.Magic.Length || size is < 0 or > Format.MaxChunkBytes || start > dataEnd - size || dataStart > dataEnd)
        {
            throw thrift.Bad($"a chunk of column '{column.Name}' with {size} bytes at {start} (data at {dataStart}), where the data ends at {dataEnd}");
        }

        return (new ColumnChunk((Codec)codec, start, dataStart, size, statistics), values);
    }

    private static ColumnStatistics ReadStatistics(ref ThriftReader thrift)
    {
        ColumnStatistics statistics = new(null, null, null);
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 3:
                    statistics = statistics with { NullCount = thrift.ReadInt64(type) };
                    break;
                case 5:
                    statistics = statistics with { Max = thrift.ReadBytes(type).ToArray() };
                    break;
                case 6:
                    statistics = statistics with { Min = thrift.ReadBytes(type).ToArray() };
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        return statistics;
    }

    private static List<KeyValuePair<string, string>> ReadMetadata(ref ThriftReader thrift, ThriftType type)
    {
        int count = thrift.ReadList(type, ThriftType.Struct);
        List<KeyValuePair<string, string>> metadata = [];
        for (int i = 0; i < count; i++)
        {
            string? key = null;
            string value = "";
            int field = 0;
            while (thrift.NextField(ref field, out ThriftType fieldType))
            {
                switch (field)
                {
                    case 1:
                        key = thrift.ReadText(fieldType);
                        break;
                    case 2:
                        value = thrift.ReadText(fieldType);
                        break;
                    default:
                        thrift.Skip(fieldType);
                        break;
                }
            }

            metadata.Add(new(key ?? throw thrift.Bad("metadata without a key"), value));
        }

        return metadata;
    }
}
