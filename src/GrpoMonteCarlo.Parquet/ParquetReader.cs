using System.Buffers.Binary;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Reads a flat table from a Parquet file, one column of one row group at a time.</summary>
/// <remarks>
/// <para>Read are required and optional columns of BOOLEAN, INT32, INT64, DOUBLE and of BYTE_ARRAY that is text, the
/// integers with no annotation or a signed integer's; pages of both versions, in the encodings PLAIN, RLE (booleans),
/// PLAIN_DICTIONARY and RLE_DICTIONARY, uncompressed or with GZIP.</para>
/// <para>Any other file, and any damaged one, leads to a <see cref="ParquetException"/>, whatever its bytes. Memory stays
/// in proportion to the file, except for what the format can say in few bytes: GZIP data (at most 2^26 bytes a page and 16 times
/// its packed bytes, up to 2^28) and runs of equal values (at most 2^24 rows a row group, and 2^24 values in the file or 64 a byte).
/// A column chunk has at most 2^30 bytes.</para>
/// <para>Not for several threads at once.</para>
/// </remarks>
public sealed class ParquetReader : IDisposable
{
    // The footer's length and the magic.
    private const int TailSize = 8;

    private readonly Stream _stream;
    private readonly FileMetadata _file;

    private ParquetReader(Stream stream)
    {
        _stream = stream;
        long length = stream.Length;
        if (length < Format.Magic.Length + TailSize)
        {
            throw new ParquetException($"A file of {length} bytes is too short for Parquet");
        }

        byte[] tail = Read(length - TailSize, TailSize);
        if (!Read(0, Format.Magic.Length).AsSpan().SequenceEqual(Format.Magic) || !tail.AsSpan(4).SequenceEqual(Format.Magic))
        {
            throw new ParquetException("The file does not begin and end with PAR1: it is not Parquet, is cut off, or is encrypted");
        }

        int footerSize = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (footerSize < 0 || footerSize > length - TailSize - Format.Magic.Length)
        {
            throw new ParquetException($"A footer of {footerSize} bytes in a file of {length}");
        }

        long footerStart = length - TailSize - footerSize;
        _file = FooterReader.Read(Read(footerStart, footerSize), footerStart);
    }

    /// <summary>The columns, in the file's order.</summary>
    public IReadOnlyList<ParquetColumn> Columns => _file.Columns;

    /// <summary>What the footer says of the whole file, in the file's order. Other writers may repeat a key.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata => _file.Metadata;

    /// <summary>The program that wrote the file, by its own account; empty if it gave none.</summary>
    public string CreatedBy => _file.CreatedBy;

    /// <summary>The rows of all the row groups.</summary>
    public long RowCount => _file.RowCount;

    /// <summary>How many row groups there are.</summary>
    public int RowGroupCount => _file.RowGroups.Count;

    internal FileMetadata File => _file;

    /// <summary>Opens a file and reads its footer.</summary>
    /// <param name="path">Where the file is.</param>
    /// <exception cref="ParquetException">The file is damaged or not one that is read here.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ParquetReader Open(string path) => Open(System.IO.File.OpenRead(path));

    /// <summary>Reads the footer of a file in a stream.</summary>
    /// <param name="stream">The whole file, seekable. It is disposed of with the reader, or at once when this throws.</param>
    /// <exception cref="ParquetException">The file is damaged or not one that is read here.</exception>
    public static ParquetReader Open(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            return new ParquetReader(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>How many rows a row group has.</summary>
    /// <param name="rowGroup">The group, 0 to <see cref="RowGroupCount"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such group.</exception>
    public int RowsInGroup(int rowGroup) => Group(rowGroup).RowCount;

    /// <summary>Reads the values of one column in one row group.</summary>
    /// <param name="rowGroup">The group, 0 to <see cref="RowGroupCount"/> - 1.</param>
    /// <param name="column">The column's index in <see cref="Columns"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such group or column.</exception>
    /// <exception cref="ParquetException">The column is damaged or encoded in a way that is not read here.</exception>
    public ColumnValues ReadColumn(int rowGroup, int column)
    {
        RowGroup group = Group(rowGroup);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns.Count, nameof(column));
        ColumnChunk chunk = group.Chunks[column];
        string where = $"Column '{Columns[column].Name}', row group {rowGroup}";
        return Columns[column].Type switch
        {
            ParquetType.Boolean => Decode<bool>(Columns[column], chunk, group.RowCount, PlainDecoder.Booleans, where),
            ParquetType.Int32 => Decode<int>(Columns[column], chunk, group.RowCount, PlainDecoder.Int32s, where),
            ParquetType.Int64 => Decode<long>(Columns[column], chunk, group.RowCount, PlainDecoder.Int64s, where),
            ParquetType.Double => Decode<double>(Columns[column], chunk, group.RowCount, PlainDecoder.Doubles, where),
            _ => Decode<string?>(
                Columns[column], chunk, group.RowCount, (data, texts) => PlainDecoder.Strings(data, texts, where), where),
        };
    }

    /// <summary>Closes the stream.</summary>
    public void Dispose() => _stream.Dispose();

    private ColumnValues Decode<T>(
        ParquetColumn column, ColumnChunk chunk, int rowCount, Action<ReadOnlySpan<byte>, Span<T>> plain, string where)
    {
        ChunkDecoder<T> decoder = new(column, chunk.Codec, rowCount, plain, where);
        T[] values = decoder.Decode(Read(chunk.Start, (int)chunk.Size));
        return chunk.Statistics?.NullCount is { } nulls && nulls != decoder.NullCount
            ? throw new ParquetException($"{where}: {decoder.NullCount} nulls, where the footer says {nulls}")
            : new ColumnValues(column.Type, values, decoder.Nulls, decoder.NullCount);
    }

    private RowGroup Group(int rowGroup)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)rowGroup, (uint)RowGroupCount, nameof(rowGroup));
        return _file.RowGroups[rowGroup];
    }

    private byte[] Read(long start, int count)
    {
        byte[] bytes = new byte[count];
        try
        {
            _stream.Position = start;
            _stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException e)
        {
            throw new ParquetException($"The file ended before byte {start + count}; it was longer when it was opened", e);
        }

        return bytes;
    }
}
