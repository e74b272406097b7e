namespace GrpoMonteCarlo.Parquet;

/// <summary>Reads small integers from Parquet's hybrid of runs and bit-packed groups of eight.</summary>
internal ref struct HybridDecoder
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly int _width;
    private readonly string _where;
    private int _position;

    private HybridDecoder(ReadOnlySpan<byte> data, int width, string where)
    {
        _data = data;
        _width = width;
        _where = where;
    }

    /// <summary>Reads so many values.</summary>
    /// <param name="data">Runs and groups, one after the other.</param>
    /// <param name="width">The bits of a value, 0 to 32.</param>
    /// <param name="count">How many values to read; the last group may hold more.</param>
    /// <param name="where">What the bytes are, for the messages of <see cref="ParquetException"/>.</param>
    public static int[] Decode(ReadOnlySpan<byte> data, int width, int count, string where)
    {
        // Before any room is made for the values: are they there?
        HybridDecoder ahead = new(data, width, where);
        for (long left = count; left > 0;)
        {
            left -= ahead.NextStretch(out _, out _);
        }

        int[] values = new int[count];
        new HybridDecoder(data, width, where).Fill(values);
        return values;
    }

    private void Fill(Span<int> values)
    {
        while (!values.IsEmpty)
        {
            int count = (int)Math.Min(values.Length, NextStretch(out bool packed, out ReadOnlySpan<byte> bytes));
            if (packed)
            {
                Unpack(bytes, values.Slice(0, count));
            }
            else
            {
                uint value = 0;
                for (int i = 0; i < bytes.Length; i++)
                {
                    value |= (uint)bytes[i] << (8 * i);
                }

                values.Slice(0, count).Fill((int)value);
            }

            values = values.Slice(count);
        }
    }

    // A stretch is a run (its value's bytes) or a number of packed groups. Each takes at least a byte, so a loop over them ends.
    private long NextStretch(out bool packed, out ReadOnlySpan<byte> bytes)
    {
        uint head = ReadVarint();
        packed = (head & 1) == 1;
        long units = head >> 1;
        long size = packed ? units * _width : (_width + 7) / 8;
        if (size > _data.Length - _position)
        {
            throw new ParquetException($"{_where}: a run of {size} bytes where {_data.Length - _position} are left");
        }

        bytes = _data.Slice(_position, (int)size);
        _position += (int)size;
        return packed ? units * 8 : units;
    }

    private readonly void Unpack(ReadOnlySpan<byte> bytes, Span<int> values)
    {
        ulong mask = (1UL << _width) - 1;
        ulong bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < values.Length; i++)
        {
            while (held < _width)
            {
                bits |= (ulong)bytes[at++] << held;
                held += 8;
            }

            values[i] = (int)(bits & mask);
            bits >>= _width;
            held -= _width;
        }
    }

    private uint ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (_position == _data.Length)
            {
                throw new ParquetException($"{_where}: the runs end before the values do");
            }

            byte next = _data[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value <= uint.MaxValue ? (uint)value : throw new ParquetException($"{_where}: a run of {value >> 1} values");
            }
        }

        throw new ParquetException($"{_where}: a run's head of more than five bytes");
    }
}
