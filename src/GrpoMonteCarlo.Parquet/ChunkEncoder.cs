using System.Buffers;
using System.Buffers.Binary;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Turns a column's buffered values into the pages of a column chunk. Its own buffers serve for every chunk.</summary>
internal sealed class ChunkEncoder
{
    /// <summary>The bytes of values at which a data page ends.</summary>
    private const int PageBytes = 1 << 20;

    private readonly ArrayBufferWriter<byte> _plain = new();
    private readonly ArrayBufferWriter<byte> _dictionary = new();
    private readonly ArrayBufferWriter<byte> _page = new();
    private readonly ArrayBufferWriter<byte> _levels = new();
    private readonly DistinctValues _distinct = new();

    /// <summary>Encodes the chunk both ways, plainly and with a dictionary, and writes the smaller one.</summary>
    /// <param name="buffer">The values.</param>
    /// <param name="stream">Where the pages go.</param>
    /// <param name="offset">Where in the file they go.</param>
    public ColumnChunk Write(ColumnBuffer buffer, Stream stream, long offset)
    {
        _plain.ResetWrittenCount();
        WriteDataPages(buffer, dictionary: false, _plain);
        int dictionaryPageSize = EncodeDictionary(buffer);
        bool useDictionary = dictionaryPageSize > 0 && _dictionary.WrittenCount < _plain.WrittenCount;
        ReadOnlySpan<byte> pages = useDictionary ? _dictionary.WrittenSpan : _plain.WrittenSpan;
        stream.Write(pages);
        return new ColumnChunk(
            Codec.Uncompressed,
            offset,
            useDictionary ? offset + dictionaryPageSize : offset,
            pages.Length,
            ColumnStatistics.Of(buffer));
    }

    // The size of the dictionary's page; 0 when the dictionary alone shows that it cannot make the chunk smaller.
    private int EncodeDictionary(ColumnBuffer buffer)
    {
        // The format has no dictionaries of booleans.
        if (buffer.Column.Type == ParquetType.Boolean)
        {
            return 0;
        }

        _distinct.Find(buffer);
        if (_distinct.Count == buffer.ValueCount)
        {
            return 0;
        }

        _page.ResetWrittenCount();
        foreach (int first in _distinct.Firsts)
        {
            WritePlainValues(buffer, first, 1);
        }

        if (_page.WrittenCount >= _plain.WrittenCount)
        {
            return 0;
        }

        _dictionary.ResetWrittenCount();
        WritePage(PageKind.Dictionary, PageEncoding.Plain, _distinct.Count, _dictionary);
        int size = _dictionary.WrittenCount;
        WriteDataPages(buffer, dictionary: true, _dictionary);
        return size;
    }

    private void WriteDataPages(ColumnBuffer buffer, bool dictionary, ArrayBufferWriter<byte> output)
    {
        bool optional = buffer.Column.Optional;
        int width = dictionary ? HybridEncoder.BitWidth(_distinct.Count - 1) : 0;
        int endRow = 0;
        int endValue = 0;
        while (endRow < buffer.RowCount)
        {
            int row = endRow;
            int value = endValue;
            for (long bytes = 0; endRow < buffer.RowCount && bytes < PageBytes; endRow++)
            {
                if (!optional || buffer.Levels[endRow] == 1)
                {
                    bytes += dictionary ? sizeof(int) : PlainSize(buffer, endValue);
                    endValue++;
                }
            }

            _page.ResetWrittenCount();
            if (optional)
            {
                WriteLevels(buffer.Levels.Slice(row, endRow - row));
            }

            if (dictionary)
            {
                _page.GetSpan(1)[0] = (byte)width;
                _page.Advance(1);
                HybridEncoder.Write(_distinct.Indices.Slice(value, endValue - value), width, _page);
            }
            else
            {
                WritePlainValues(buffer, value, endValue - value);
            }

            WritePage(PageKind.Data, dictionary ? PageEncoding.RleDictionary : PageEncoding.Plain, endRow - row, output);
        }
    }

    private void WritePage(PageKind kind, PageEncoding encoding, int valueCount, ArrayBufferWriter<byte> output)
    {
        PageHeader header = new()
        {
            Kind = kind,
            Size = _page.WrittenCount,
            UnpackedSize = _page.WrittenCount,
            ValueCount = valueCount,
            Encoding = encoding,
        };
        header.Write(new ThriftWriter(output));
        output.Write(_page.WrittenSpan);
    }

    // In a first-version page the levels have their length before them, which is known only afterwards.
    private void WriteLevels(ReadOnlySpan<int> levels)
    {
        _levels.ResetWrittenCount();
        HybridEncoder.Write(levels, width: 1, _levels);
        BinaryPrimitives.WriteInt32LittleEndian(_page.GetSpan(sizeof(int)), _levels.WrittenCount);
        _page.Advance(sizeof(int));
        _page.Write(_levels.WrittenSpan);
    }

    private static int PlainSize(ColumnBuffer buffer, int value) => buffer.Column.Type switch
    {
        ParquetType.Boolean => 1,
        ParquetType.Int32 => sizeof(int),
        ParquetType.String => sizeof(int) + buffer.Text(value).Length,
        _ => sizeof(long),
    };

    private void WritePlainValues(ColumnBuffer buffer, int start, int count)
    {
        switch (buffer.Column.Type)
        {
            case ParquetType.Boolean:
                WriteBooleans(buffer.Bits.Slice(start, count));
                break;
            case ParquetType.String:
                for (int i = start; i < start + count; i++)
                {
                    ReadOnlySpan<byte> text = buffer.Text(i);
                    BinaryPrimitives.WriteInt32LittleEndian(_page.GetSpan(sizeof(int)), text.Length);
                    _page.Advance(sizeof(int));
                    _page.Write(text);
                }

                break;
            default:
                int size = PlainSize(buffer, start);
                Span<byte> bytes = _page.GetSpan(count * size);
                foreach (long value in buffer.Bits.Slice(start, count))
                {
                    if (size == sizeof(int))
                    {
                        BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)value);
                    }
                    else
                    {
                        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
                    }

                    bytes = bytes.Slice(size);
                }

                _page.Advance(count * size);
                break;
        }
    }

    private void WriteBooleans(ReadOnlySpan<long> values)
    {
        int size = (values.Length + 7) / 8;
        Span<byte> bytes = _page.GetSpan(size).Slice(0, size);
        bytes.Clear();
        for (int i = 0; i < values.Length; i++)
        {
            bytes[i / 8] |= (byte)(values[i] << (i % 8));
        }

        _page.Advance(size);
    }
}
