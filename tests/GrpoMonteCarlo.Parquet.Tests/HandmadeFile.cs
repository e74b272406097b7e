using System.Buffers;
using System.Buffers.Binary;

namespace GrpoMonteCarlo.Parquet.Tests;

/// <summary>A file of one column "x" and one row group, of which every part can be made wrong.</summary>
internal sealed class HandmadeFile
{
    public PhysicalType Type { get; init; } = PhysicalType.Int32;

    public int Repetition { get; init; }

    public int RootChildren { get; init; } = 1;

    public int? ColumnChildren { get; init; }

    public int? Converted { get; init; }

    public string Name { get; init; } = "x";

    public int Codec { get; init; }

    public long Rows { get; init; } = 2;

    public long? FileRows { get; init; }

    public long? ChunkValues { get; init; }

    public long? ChunkSize { get; init; }

    public long DataStart { get; init; } = 4;

    public long? DictionaryStart { get; init; }

    /// <summary>How many times the row group is listed.</summary>
    public int Groups { get; init; } = 1;

    public byte[] Pages { get; init; } = DataPage(2, 0, [1, 0, 0, 0, 2, 0, 0, 0]);

    /// <summary>Writes more fields into the footer's outermost struct, with ids above 6.</summary>
    public Action<ThriftWriter>? More { get; init; }

    /// <summary>A first-version data page with everything in its header as told.</summary>
    public static byte[] DataPage(int values, int encoding, byte[] body, int? size = null, int? unpacked = null, int levels = 3) =>
        Page(0, size ?? body.Length, unpacked ?? body.Length, body, thrift =>
        {
            thrift.BeginStruct(5);
            thrift.Int32(1, values);
            thrift.Int32(2, encoding);
            thrift.Int32(3, levels);
            thrift.Int32(4, 3);
            thrift.EndStruct();
        });

    public static byte[] DictionaryPage(int values, byte[] body, int encoding = 0) => Page(2, body.Length, body.Length, body, thrift =>
    {
        thrift.BeginStruct(7);
        thrift.Int32(1, values);
        thrift.Int32(2, encoding);
        thrift.EndStruct();
    });

    public static byte[] DataPageV2(int values, int rows, int encoding, int levelBytes, int repetitionBytes, byte[] body, int? unpacked = null) =>
        Page(3, body.Length, unpacked ?? body.Length, body, thrift =>
        {
            thrift.BeginStruct(8);
            thrift.Int32(1, values);
            thrift.Int32(2, 0);
            thrift.Int32(3, rows);
            thrift.Int32(4, encoding);
            thrift.Int32(5, levelBytes);
            thrift.Int32(6, repetitionBytes);
            thrift.EndStruct();
        });

    public static byte[] Page(int kind, int size, int unpacked, byte[] body, Action<ThriftWriter> rest)
    {
        ArrayBufferWriter<byte> page = new();
        ThriftWriter thrift = new(page);
        thrift.BeginStruct();
        thrift.Int32(1, kind);
        thrift.Int32(2, unpacked);
        thrift.Int32(3, size);
        rest(thrift);
        thrift.EndStruct();
        page.Write(body);
        return page.WrittenSpan.ToArray();
    }

    /// <summary>A file with any footer.</summary>
    public static byte[] Around(ReadOnlySpan<byte> pages, ReadOnlySpan<byte> footer)
    {
        ArrayBufferWriter<byte> file = new();
        file.Write(Format.Magic);
        file.Write(pages);
        file.Write(footer);
        BinaryPrimitives.WriteInt32LittleEndian(file.GetSpan(4), footer.Length);
        file.Advance(4);
        file.Write(Format.Magic);
        return file.WrittenSpan.ToArray();
    }

    public byte[] Bytes()
    {
        ArrayBufferWriter<byte> footer = new();
        ThriftWriter thrift = new(footer);
        thrift.BeginStruct();
        thrift.Int32(1, 1);
        WriteSchema(thrift);
        thrift.Int64(3, FileRows ?? Rows * Groups);
        thrift.BeginList(4, ThriftType.Struct, Groups);
        for (int i = 0; i < Groups; i++)
        {
            WriteRowGroup(thrift);
        }

        thrift.Text(6, "hand");
        More?.Invoke(thrift);
        thrift.EndStruct();
        return Around(Pages, footer.WrittenSpan);
    }

    private void WriteSchema(ThriftWriter thrift)
    {
        thrift.BeginList(2, ThriftType.Struct, 2);
        thrift.BeginStruct();
        thrift.Text(4, "schema");
        thrift.Int32(5, RootChildren);
        thrift.EndStruct();
        thrift.BeginStruct();
        thrift.Int32(1, (int)Type);
        thrift.Int32(3, Repetition);
        thrift.Text(4, Name);
        if (ColumnChildren is { } children)
        {
            thrift.Int32(5, children);
        }

        if (Converted is { } converted)
        {
            thrift.Int32(6, converted);
        }

        thrift.EndStruct();
    }

    private void WriteRowGroup(ThriftWriter thrift)
    {
        thrift.BeginStruct();
        thrift.BeginList(1, ThriftType.Struct, 1);
        thrift.BeginStruct();
        thrift.Int64(2, 0);
        thrift.BeginStruct(3);
        thrift.Int32(1, (int)Type);
        thrift.Int32(4, Codec);
        thrift.Int64(5, ChunkValues ?? Rows);
        thrift.Int64(7, ChunkSize ?? Pages.Length);
        thrift.Int64(9, DataStart);
        if (DictionaryStart is { } start)
        {
            thrift.Int64(11, start);
        }

        thrift.EndStruct();
        thrift.EndStruct();
        thrift.Int64(2, Pages.Length);
        thrift.Int64(3, Rows);
        thrift.EndStruct();
    }
}
