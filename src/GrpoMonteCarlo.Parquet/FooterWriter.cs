using System.Buffers;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Writes a file's footer. The numbers are the field ids of parquet.thrift.</summary>
internal static class FooterWriter
{
    public static void Write(FileMetadata file, ArrayBufferWriter<byte> output)
    {
        ThriftWriter thrift = new(output);
        thrift.BeginStruct();

        // Version 2 is what lets a data page say RLE_DICTIONARY.
        thrift.Int32(1, 2);
        WriteSchema(file.Columns, thrift);
        thrift.Int64(3, file.RowCount);
        thrift.BeginList(4, ThriftType.Struct, file.RowGroups.Count);
        foreach (RowGroup group in file.RowGroups)
        {
            WriteRowGroup(file.Columns, group, thrift);
        }

        if (file.Metadata.Count > 0)
        {
            thrift.BeginList(5, ThriftType.Struct, file.Metadata.Count);
            foreach ((string key, string value) in file.Metadata)
            {
                thrift.BeginStruct();
                thrift.Text(1, key);
                thrift.Text(2, value);
                thrift.EndStruct();
            }
        }

        thrift.Text(6, file.CreatedBy);

        // Without an order, readers must not use min_value and max_value.
        thrift.BeginList(7, ThriftType.Struct, file.Columns.Count);
        for (int i = 0; i < file.Columns.Count; i++)
        {
            thrift.BeginStruct();
            WriteEmptyStruct(1, thrift);
            thrift.EndStruct();
        }

        thrift.EndStruct();
    }

    private static void WriteSchema(IReadOnlyList<ParquetColumn> columns, ThriftWriter thrift)
    {
        thrift.BeginList(2, ThriftType.Struct, columns.Count + 1);
        thrift.BeginStruct();
        thrift.Text(4, "schema");
        thrift.Int32(5, columns.Count);
        thrift.EndStruct();
        foreach (ParquetColumn column in columns)
        {
            thrift.BeginStruct();
            thrift.Int32(1, (int)Format.Physical(column.Type));
            thrift.Int32(3, column.Optional ? 1 : 0);
            thrift.Text(4, column.Name);
            if (column.Type == ParquetType.String)
            {
                thrift.Int32(6, 0);
                thrift.BeginStruct(10);
                WriteEmptyStruct(1, thrift);
                thrift.EndStruct();
            }

            thrift.EndStruct();
        }
    }

    private static void WriteRowGroup(IReadOnlyList<ParquetColumn> columns, RowGroup group, ThriftWriter thrift)
    {
        thrift.BeginStruct();
        thrift.BeginList(1, ThriftType.Struct, group.Chunks.Count);
        long size = 0;
        for (int i = 0; i < group.Chunks.Count; i++)
        {
            thrift.BeginStruct();

            // Deprecated but required: 0 says that the chunk's metadata is only here.
            thrift.Int64(2, 0);
            thrift.BeginStruct(3);
            WriteChunk(columns[i], group.Chunks[i], group.RowCount, thrift);
            thrift.EndStruct();
            thrift.EndStruct();
            size += group.Chunks[i].Size;
        }

        thrift.Int64(2, size);
        thrift.Int64(3, group.RowCount);
        thrift.Int64(5, group.Chunks[0].Start);
        thrift.Int64(6, size);
        thrift.EndStruct();
    }

    private static void WriteChunk(ParquetColumn column, ColumnChunk chunk, int rows, ThriftWriter thrift)
    {
        bool dictionary = chunk.Start != chunk.DataStart;
        thrift.Int32(1, (int)Format.Physical(column.Type));
        thrift.BeginList(2, ThriftType.Int32, dictionary ? 3 : 2);
        thrift.Int32Element((int)PageEncoding.Plain);
        thrift.Int32Element((int)PageEncoding.Rle);
        if (dictionary)
        {
            thrift.Int32Element((int)PageEncoding.RleDictionary);
        }

        thrift.BeginList(3, ThriftType.Binary, 1);
        thrift.TextElement(column.Name);
        thrift.Int32(4, (int)chunk.Codec);
        thrift.Int64(5, rows);
        thrift.Int64(6, chunk.Size);
        thrift.Int64(7, chunk.Size);
        thrift.Int64(9, chunk.DataStart);
        if (dictionary)
        {
            thrift.Int64(11, chunk.Start);
        }

        if (chunk.Statistics is { } statistics)
        {
            thrift.BeginStruct(12);
            WriteStatistics(statistics, thrift);
            thrift.EndStruct();
        }
    }

    private static void WriteStatistics(ColumnStatistics statistics, ThriftWriter thrift)
    {
        if (statistics.NullCount is { } nulls)
        {
            thrift.Int64(3, nulls);
        }

        if (statistics is { Min: { } min, Max: { } max })
        {
            thrift.Bytes(5, max);
            thrift.Bytes(6, min);
            thrift.Bool(7, true);
            thrift.Bool(8, true);
        }
    }

    private static void WriteEmptyStruct(int field, ThriftWriter thrift)
    {
        thrift.BeginStruct(field);
        thrift.EndStruct();
    }
}
