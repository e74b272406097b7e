using System.Text;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Parquet's `Type`: how values are stored.</summary>
internal enum PhysicalType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Int96 = 3,
    Float = 4,
    Double = 5,
    ByteArray = 6,
    FixedLengthByteArray = 7,
}

/// <summary>Parquet's `Encoding`, those of them that are read.</summary>
internal enum PageEncoding
{
    Plain = 0,
    PlainDictionary = 2,
    Rle = 3,
    RleDictionary = 8,
}

/// <summary>Parquet's `CompressionCodec`, those of them that are read.</summary>
internal enum Codec
{
    Uncompressed = 0,
    Gzip = 2,
}

/// <summary>Parquet's `PageType`.</summary>
internal enum PageKind
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataV2 = 3,
}

internal static class Format
{
    /// <summary>A group's rows are all in memory at once, and a few bytes of runs can stand for any number of them.</summary>
    public const int MaxRowsPerGroup = 1 << 24;

    /// <summary>The most values, in all columns, for each byte of a file with more than <see cref="MaxRowsPerGroup"/> of them.</summary>
    public const long MaxValuesPerByte = 64;

    /// <summary>The most bytes a page may unpack to.</summary>
    public const int MaxPageBytes = 1 << 28;

    /// <summary>The most bytes of a column chunk, which is read whole.</summary>
    public const int MaxChunkBytes = 1 << 30;

    /// <summary>UTF-8 that refuses what is not Unicode, where the framework's default would put U+FFFD in its place.</summary>
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The four bytes at both ends of a file.</summary>
    public static ReadOnlySpan<byte> Magic => "PAR1"u8;

    public static PhysicalType Physical(ParquetType type) => type switch
    {
        ParquetType.Boolean => PhysicalType.Boolean,
        ParquetType.Int32 => PhysicalType.Int32,
        ParquetType.Int64 => PhysicalType.Int64,
        ParquetType.Double => PhysicalType.Double,
        _ => PhysicalType.ByteArray,
    };
}
