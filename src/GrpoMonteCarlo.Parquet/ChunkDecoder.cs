using System.Buffers.Binary;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Turns the pages of one column chunk into values.</summary>
/// <param name="column">The column.</param>
/// <param name="codec">How its pages are compressed.</param>
/// <param name="rowCount">How many rows the row group has.</param>
/// <param name="plain">How the values are read from the PLAIN encoding.</param>
/// <param name="where">Which chunk this is, for the messages of <see cref="ParquetException"/>.</param>
internal sealed class ChunkDecoder<T>(
    ParquetColumn column, Codec codec, int rowCount, Action<ReadOnlySpan<byte>, Span<T>> plain, string where)
{
    // As if runs of booleans were indices.
    private static readonly bool[] FalseAndTrue = [false, true];

    private T[]? _dictionary;
    private T[] _values = [];
    private bool[] _nulls = [];
    private int _rows;

    /// <summary>How many of the values are null.</summary>
    public int NullCount { get; private set; }

    /// <summary>A flag for every row, true where the value is null; empty where none is.</summary>
    public bool[] Nulls => NullCount == 0 ? [] : _nulls;

    /// <summary>A value for every row, the type's default where it is null.</summary>
    /// <param name="chunk">The bytes of all the chunk's pages.</param>
    public T[] Decode(ReadOnlySpan<byte> chunk)
    {
        while (_rows < rowCount)
        {
            ThriftReader thrift = new(chunk, $"{where}, page header");
            PageHeader header = PageHeader.Read(ref thrift);
            chunk = chunk.Slice(thrift.Position);
            if (header.Size > chunk.Length || header.UnpackedSize > Format.MaxPageBytes)
            {
                throw Bad($"a page of {header.Size} bytes ({header.UnpackedSize} unpacked) where {chunk.Length} are left");
            }

            ReadOnlySpan<byte> page = chunk.Slice(0, header.Size);
            switch (header.Kind)
            {
                case PageKind.Dictionary:
                    DecodeDictionary(header, Unpack(page, header.UnpackedSize, codec));
                    break;
                case PageKind.Data:
                    DecodeData(header, page);
                    break;
                case PageKind.DataV2:
                    DecodeDataV2(header, page);
                    break;
                default:
                    break;
            }

            chunk = chunk.Slice(header.Size);
        }

        return _values;
    }

    private ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> page, int size, Codec by)
    {
        if (by == Codec.Gzip)
        {
            return Gzip.Unpack(page, size, where);
        }

        return page.Length == size ? page : throw Bad($"an uncompressed page of {page.Length} bytes said to be {size}");
    }

    private void DecodeDictionary(PageHeader header, ReadOnlySpan<byte> page)
    {
        if (_dictionary is not null || _rows > 0 || column.Type == ParquetType.Boolean)
        {
            throw Bad("a dictionary that is not the first page, or is of booleans");
        }

        if (header.Encoding is not (PageEncoding.Plain or PageEncoding.PlainDictionary))
        {
            throw Bad($"a dictionary in the encoding {header.Encoding}, which is not read");
        }

        RequirePlain(page, header.ValueCount);
        _dictionary = new T[header.ValueCount];
        plain(page, _dictionary);
    }

    private void DecodeData(PageHeader header, ReadOnlySpan<byte> packed)
    {
        ReadOnlySpan<byte> page = Unpack(packed, header.UnpackedSize, codec);
        ReadOnlySpan<byte> levels = [];
        if (column.Optional)
        {
            if (header.LevelEncoding != PageEncoding.Rle)
            {
                throw Bad($"levels in the encoding {header.LevelEncoding}, which is not read");
            }

            levels = TakeWithLength(page);
            page = page.Slice(sizeof(int) + levels.Length);
        }

        DecodeRows(header, levels, page);
    }

    private void DecodeDataV2(PageHeader header, ReadOnlySpan<byte> page)
    {
        int levelBytes = header.LevelBytes;
        if (levelBytes > Math.Min(page.Length, header.UnpackedSize))
        {
            throw Bad($"{levelBytes} bytes of levels in a page of {page.Length}");
        }

        // Levels are never compressed here.
        ReadOnlySpan<byte> values = page.Slice(levelBytes);
        int size = header.UnpackedSize - levelBytes;
        Codec by = header.Compressed && size > 0 ? codec : Codec.Uncompressed;
        DecodeRows(header, page.Slice(0, levelBytes), size == 0 ? [] : Unpack(values, size, by));
    }

    private void DecodeRows(PageHeader header, ReadOnlySpan<byte> levels, ReadOnlySpan<byte> values)
    {
        int rows = header.ValueCount;
        if (rows > rowCount - _rows)
        {
            throw Bad($"a page of {rows} values where {rowCount - _rows} are left");
        }

        int present = rows;
        if (column.Optional)
        {
            present = DecodeLevels(levels, rows);
            NullCount += rows - present;
        }

        DecodeValues(header.Encoding, values, rows, present);
        if (present < rows)
        {
            Spread(_values.AsSpan(_rows, rows), _nulls.AsSpan(_rows, rows), present);
        }

        _rows += rows;
    }

    // The number of rows that are not null.
    private int DecodeLevels(ReadOnlySpan<byte> bytes, int rows)
    {
        int[] levels = HybridDecoder.Decode(bytes, width: 1, rows, where);
        MakeRoom(ref _nulls, rows);
        int present = 0;
        for (int i = 0; i < rows; i++)
        {
            // A run can hold any byte.
            _nulls[_rows + i] = levels[i] switch { 0 => true, 1 => false, _ => throw Bad($"a level of {levels[i]}") };
            present += levels[i];
        }

        return present;
    }

    // Puts the present values one after the other, from the page's first row on.
    private void DecodeValues(PageEncoding encoding, ReadOnlySpan<byte> bytes, int rows, int present)
    {
        switch (encoding)
        {
            case PageEncoding.Plain:
                RequirePlain(bytes, present);
                MakeRoom(ref _values, rows);
                plain(bytes, _values.AsSpan(_rows, present));
                break;
            case PageEncoding.Rle when column.Type == ParquetType.Boolean:
                DecodeIndices(present == 0 ? [] : TakeWithLength(bytes), width: 1, (T[])(object)FalseAndTrue, rows, present);
                break;
            case PageEncoding.RleDictionary or PageEncoding.PlainDictionary when present == 0:
                MakeRoom(ref _values, rows);
                break;
            case PageEncoding.RleDictionary or PageEncoding.PlainDictionary:
                T[] dictionary = _dictionary ?? throw Bad("a page that needs a dictionary, and none before it");
                if (bytes.IsEmpty || bytes[0] > 32)
                {
                    throw Bad("indices without a width, or wider than 32 bits");
                }

                DecodeIndices(bytes.Slice(1), bytes[0], dictionary, rows, present);
                break;
            default:
                throw Bad($"values in the encoding {encoding}, which is not read");
        }
    }

    private void DecodeIndices(ReadOnlySpan<byte> bytes, int width, T[] dictionary, int rows, int present)
    {
        int[] indices = HybridDecoder.Decode(bytes, width, present, where);
        MakeRoom(ref _values, rows);
        for (int i = 0; i < indices.Length; i++)
        {
            _values[_rows + i] = (uint)indices[i] < (uint)dictionary.Length
                ? dictionary[indices[i]]
                : throw Bad($"the index {(uint)indices[i]} in a dictionary of {dictionary.Length}");
        }
    }

    // Moves the present values from the front to their rows, the last one first.
    private static void Spread(Span<T> values, ReadOnlySpan<bool> nulls, int present)
    {
        for (int i = values.Length - 1; i >= 0; i--)
        {
            values[i] = nulls[i] ? default! : values[--present];
        }
    }

    private ReadOnlySpan<byte> TakeWithLength(ReadOnlySpan<byte> page)
    {
        if (!BinaryPrimitives.TryReadInt32LittleEndian(page, out int size) || size < 0 || size > page.Length - sizeof(int))
        {
            throw Bad($"{size} bytes of runs in a page where {page.Length} are left");
        }

        return page.Slice(sizeof(int), size);
    }

    private void RequirePlain(ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length < PlainDecoder.MinimumSize(column.Type, count))
        {
            throw Bad($"{count} values of type {column.Type} in {bytes.Length} bytes");
        }
    }

    // Room for so many more rows, made once it is known that the page has them.
    private void MakeRoom<TItem>(ref TItem[] items, int rows)
    {
        int wanted = _rows + rows;
        if (wanted > items.Length)
        {
            Array.Resize(ref items, Math.Min(rowCount, Math.Max(wanted, 2 * items.Length)));
        }
    }

    private ParquetException Bad(string what) => new($"{where}, row {_rows}: {what}");
}
