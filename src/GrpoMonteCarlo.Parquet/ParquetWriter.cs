using System.Buffers;
using System.Buffers.Binary;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Writes a flat table to a Parquet file, one row group after the other.</summary>
/// <remarks>
/// <para>The bytes depend on the arguments and the values only. Pages are of the first version and not compressed; a
/// column chunk has a dictionary exactly where that makes it smaller.</para>
/// <para>For every row, each column's <see cref="ColumnBuffer"/> gets one value and then <see cref="EndRow"/> is called.
/// At most one row group is held in memory. <see cref="Finish"/> completes the file; one that is disposed of without it
/// has no footer and no reader takes it. When writing to the stream fails, the writer can only be disposed of.</para>
/// </remarks>
public sealed class ParquetWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly ParquetColumn[] _columns;
    private readonly ColumnBuffer[] _buffers;
    private readonly KeyValuePair<string, string>[] _metadata;
    private readonly string _createdBy;
    private readonly bool _leaveOpen;
    private readonly int _rowsPerGroup;
    private readonly ChunkEncoder _encoder = new();
    private readonly List<RowGroup> _rowGroups = [];
    private long _offset;
    private long _rowCount;
    private int _rowsHeld;
    private bool _closed;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Where the file goes, from the stream's present position; it need not be seekable. It is
    /// disposed of with the writer unless <paramref name="leaveOpen"/>.</param>
    /// <param name="columns">The columns, at least one, with different names that are not empty.</param>
    /// <param name="metadata">What the footer says of the whole file, in this order; the keys are different.</param>
    /// <param name="createdBy">The program that writes, by convention "name version 1.2.3".</param>
    /// <param name="rowsPerGroup">The rows of a row group, 1 to 2^24. A group ends before that once a String column
    /// holds 2^26 bytes in it.</param>
    /// <param name="leaveOpen">Whether the stream stays open when the writer is disposed of.</param>
    /// <exception cref="ArgumentException">An argument is not as said, or has text with unpaired surrogates.</exception>
    public ParquetWriter(
        Stream stream,
        IReadOnlyList<ParquetColumn> columns,
        IReadOnlyList<KeyValuePair<string, string>> metadata,
        string createdBy,
        int rowsPerGroup = 32768,
        bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(createdBy);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rowsPerGroup);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rowsPerGroup, Format.MaxRowsPerGroup);
        _stream = stream;
        _columns = [.. columns];
        _metadata = [.. metadata];
        _createdBy = createdBy;
        _leaveOpen = leaveOpen;
        _rowsPerGroup = rowsPerGroup;
        CheckNames(_columns.Select(c => c.Name), nameof(columns));
        CheckNames(_metadata.Select(m => m.Key), nameof(metadata));
        if (_columns.Length == 0 || _columns.Any(c => !Enum.IsDefined(c.Type)))
        {
            throw new ArgumentException("A file needs columns, of the known types", nameof(columns));
        }

        // Found here rather than when all the rows are written: what of the footer is known already can be encoded.
        FooterWriter.Write(new FileMetadata(_columns, [], _metadata, createdBy, 0), new ArrayBufferWriter<byte>());
        _buffers = Array.ConvertAll(_columns, column => new ColumnBuffer(column));
        Write(Format.Magic);
    }

    /// <summary>The buffer to which a column's values are appended; the same one throughout.</summary>
    /// <param name="index">The column's index in the list that the writer was made with.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public ColumnBuffer Column(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_buffers.Length, nameof(index));
        return _buffers[index];
    }

    /// <summary>Ends a row, and writes the row group if that fills it.</summary>
    /// <exception cref="InvalidOperationException">A column, which the message names, got no value for this row; or the
    /// file is finished, or writing it failed.</exception>
    public void EndRow()
    {
        ThrowIfClosed();
        foreach (ColumnBuffer buffer in _buffers)
        {
            if (!buffer.RowFilled)
            {
                throw new InvalidOperationException($"Column '{buffer.Column.Name}' has no value for this row");
            }
        }

        bool full = ++_rowsHeld == _rowsPerGroup;
        foreach (ColumnBuffer buffer in _buffers)
        {
            buffer.EndRow();
            full |= buffer.IsFull;
        }

        if (full)
        {
            WriteRowGroup();
        }
    }

    /// <summary>Writes what is left and the footer, and flushes the stream.</summary>
    /// <exception cref="InvalidOperationException">A column, which the message names, has a value for a row that was not
    /// ended; or the file is finished, or writing it failed.</exception>
    public void Finish()
    {
        ThrowIfClosed();
        foreach (ColumnBuffer buffer in _buffers)
        {
            if (buffer.RowFilled)
            {
                throw new InvalidOperationException($"Column '{buffer.Column.Name}' has a value for a row that was not ended");
            }
        }

        if (_rowsHeld > 0)
        {
            WriteRowGroup();
        }

        _closed = true;
        ArrayBufferWriter<byte> footer = new();
        FooterWriter.Write(new FileMetadata(_columns, _rowGroups, _metadata, _createdBy, _rowCount), footer);
        BinaryPrimitives.WriteInt32LittleEndian(footer.GetSpan(sizeof(int)), footer.WrittenCount);
        footer.Advance(sizeof(int));
        footer.Write(Format.Magic);
        Write(footer.WrittenSpan);
        _stream.Flush();
    }

    /// <summary>Disposes of the stream, unless it is left open. Without <see cref="Finish"/> before, the file stays unfinished.</summary>
    public void Dispose()
    {
        _closed = true;
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }

    private void WriteRowGroup()
    {
        // Until the group is whole, the offset and the stream may disagree.
        _closed = true;
        ColumnChunk[] chunks = new ColumnChunk[_buffers.Length];
        for (int i = 0; i < chunks.Length; i++)
        {
            chunks[i] = _encoder.Write(_buffers[i], _stream, _offset);
            _offset += chunks[i].Size;
            _buffers[i].Clear();
        }

        _rowGroups.Add(new RowGroup(_rowsHeld, chunks));
        _rowCount += _rowsHeld;
        _rowsHeld = 0;
        _closed = false;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _offset += bytes.Length;
    }

    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new InvalidOperationException("The file is finished, or writing it failed");
        }
    }

    private static void CheckNames(IEnumerable<string> names, string argument)
    {
        HashSet<string> seen = [];
        foreach (string name in names)
        {
            if (string.IsNullOrEmpty(name) || !seen.Add(name))
            {
                throw new ArgumentException($"The name '{name}' is empty or there twice", argument);
            }
        }
    }
}
