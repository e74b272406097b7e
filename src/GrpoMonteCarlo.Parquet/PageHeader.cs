namespace GrpoMonteCarlo.Parquet;

/// <summary>What stands before every page. The numbers are the field ids of parquet.thrift.</summary>
internal readonly record struct PageHeader
{
    public required PageKind Kind { get; init; }

    /// <summary>The bytes that follow the header, as they are in the file.</summary>
    public required int Size { get; init; }

    /// <summary>The bytes that they unpack to.</summary>
    public required int UnpackedSize { get; init; }

    /// <summary>How many values the page holds, nulls included.</summary>
    public required int ValueCount { get; init; }

    /// <summary>How its values are encoded.</summary>
    public required PageEncoding Encoding { get; init; }

    /// <summary>How the definition levels of a first-version data page are encoded.</summary>
    public PageEncoding LevelEncoding { get; init; }

    /// <summary>The bytes of definition levels in a second-version data page.</summary>
    public int LevelBytes { get; init; }

    /// <summary>Whether the values of a second-version data page are compressed.</summary>
    public bool Compressed { get; init; }

    /// <summary>Writes the header of an uncompressed dictionary page or first-version data page.</summary>
    public void Write(ThriftWriter thrift)
    {
        thrift.BeginStruct();
        thrift.Int32(1, (int)Kind);
        thrift.Int32(2, UnpackedSize);
        thrift.Int32(3, Size);
        thrift.BeginStruct(Kind == PageKind.Dictionary ? 7 : 5);
        thrift.Int32(1, ValueCount);
        thrift.Int32(2, (int)Encoding);
        if (Kind == PageKind.Data)
        {
            thrift.Int32(3, (int)PageEncoding.Rle);
            thrift.Int32(4, (int)PageEncoding.Rle);
        }

        thrift.EndStruct();
        thrift.EndStruct();
    }

    /// <summary>Reads a header and checks what can be checked without the page.</summary>
    /// <param name="thrift">Placed at the header; left behind it.</param>
    public static PageHeader Read(ref ThriftReader thrift)
    {
        int? kind = null, size = null, unpacked = null;
        PageHeader body = default;
        int described = 0;
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    kind = thrift.ReadInt32(type);
                    break;
                case 2:
                    unpacked = thrift.ReadInt32(type);
                    break;
                case 3:
                    size = thrift.ReadInt32(type);
                    break;
                case 5 or 7 or 8:
                    thrift.Expect(type, ThriftType.Struct);
                    described = field;
                    body = field == 8 ? ReadDataV2(ref thrift) : ReadDataOrDictionary(ref thrift);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        // An index page (the format's, never written by anyone) is passed over, so nothing more is asked of it.
        int wanted = kind switch { 0 => 5, 1 => described, 2 => 7, 3 => 8, _ => throw thrift.Bad($"a page of kind {kind}") };
        if (described != wanted || size is not >= 0 || unpacked is not >= 0 || body.ValueCount < 0)
        {
            throw thrift.Bad($"a page header of kind {(PageKind)kind} without its fields or with a negative size");
        }

        return body with { Kind = (PageKind)kind, Size = size.Value, UnpackedSize = unpacked.Value };
    }

    private static PageHeader ReadDataOrDictionary(ref ThriftReader thrift)
    {
        int count = -1, encoding = -1, levels = -1;
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    count = thrift.ReadInt32(type);
                    break;
                case 2:
                    encoding = thrift.ReadInt32(type);
                    break;
                case 3 when type == ThriftType.Int32:
                    levels = thrift.ReadInt32(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        return new PageHeader
        {
            Kind = default,
            Size = 0,
            UnpackedSize = 0,
            ValueCount = count,
            Encoding = (PageEncoding)encoding,
            LevelEncoding = (PageEncoding)levels,
        };
    }

    private static PageHeader ReadDataV2(ref ThriftReader thrift)
    {
        int count = -1, rows = -1, encoding = -1, levelBytes = -1, repetitionBytes = -1;
        bool compressed = true;
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    count = thrift.ReadInt32(type);
                    break;
                case 3:
                    rows = thrift.ReadInt32(type);
                    break;
                case 4:
                    encoding = thrift.ReadInt32(type);
                    break;
                case 5:
                    levelBytes = thrift.ReadInt32(type);
                    break;
                case 6:
                    repetitionBytes = thrift.ReadInt32(type);
                    break;
                case 7:
                    compressed = thrift.ReadBool(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        if (rows != count || levelBytes < 0 || repetitionBytes != 0)
        {
            throw thrift.Bad($"a page of {count} values in {rows} rows, with {levelBytes} and {repetitionBytes} bytes of levels");
        }

        return new PageHeader
        {
            Kind = default,
            Size = 0,
            UnpackedSize = 0,
            ValueCount = count,
            Encoding = (PageEncoding)encoding,
            LevelEncoding = PageEncoding.Rle,
            LevelBytes = levelBytes,
            Compressed = compressed,
        };
    }
}
