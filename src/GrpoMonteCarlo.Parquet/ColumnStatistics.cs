using System.Buffers.Binary;

namespace GrpoMonteCarlo.Parquet;

/// <summary>What a chunk's metadata says of its values, so that readers can pass over chunks without what they look for.</summary>
/// <param name="NullCount">How many values are null.</param>
/// <param name="Min">The least value as PLAIN has it, but text without its length; null where there is none.</param>
/// <param name="Max">The greatest value, likewise.</param>
internal sealed record ColumnStatistics(long? NullCount, byte[]? Min, byte[]? Max)
{
    // Longer texts would swell the footer; then the bounds are left out rather than cut.
    private const int MaxTextBytes = 64;

    public static ColumnStatistics Of(ColumnBuffer buffer)
    {
        (byte[]? min, byte[]? max) = buffer.ValueCount == 0 ? (null, null) : buffer.Column.Type switch
        {
            ParquetType.String => OfTexts(buffer),
            ParquetType.Double => OfDoubles(buffer.Bits),
            _ => OfIntegers(buffer.Bits, buffer.Column.Type),
        };
        return new ColumnStatistics(buffer.RowCount - buffer.ValueCount, min, max);
    }

    private static (byte[]? Min, byte[]? Max) OfIntegers(ReadOnlySpan<long> values, ParquetType type)
    {
        long min = values[0];
        long max = values[0];
        foreach (long value in values)
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        int size = type switch { ParquetType.Boolean => 1, ParquetType.Int32 => 4, _ => 8 };
        return (Bytes(min, size), Bytes(max, size));
    }

    private static (byte[]? Min, byte[]? Max) OfDoubles(ReadOnlySpan<long> bits)
    {
        double min = double.PositiveInfinity;
        double max = double.NegativeInfinity;
        bool any = false;
        foreach (long b in bits)
        {
            double value = BitConverter.Int64BitsToDouble(b);
            if (!double.IsNaN(value))
            {
                any = true;
                min = Math.Min(min, value);
                max = Math.Max(max, value);
            }
        }

        // The format's rule: NaN is in no bound, and since readers differ on the zeros' order, a zero bound takes in both.
        min = min == 0 ? -0.0 : min;
        max = max == 0 ? 0.0 : max;
        return any
            ? (Bytes(BitConverter.DoubleToInt64Bits(min), 8), Bytes(BitConverter.DoubleToInt64Bits(max), 8))
            : (null, null);
    }

    private static (byte[]? Min, byte[]? Max) OfTexts(ColumnBuffer buffer)
    {
        ReadOnlySpan<byte> min = buffer.Text(0);
        ReadOnlySpan<byte> max = min;
        for (int i = 1; i < buffer.ValueCount; i++)
        {
            ReadOnlySpan<byte> text = buffer.Text(i);
            min = text.SequenceCompareTo(min) < 0 ? text : min;
            max = text.SequenceCompareTo(max) > 0 ? text : max;
        }

        return Math.Max(min.Length, max.Length) <= MaxTextBytes ? (min.ToArray(), max.ToArray()) : (null, null);
    }

    private static byte[] Bytes(long value, int size)
    {
        Span<byte> all = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(all, value);
        return all.Slice(0, size).ToArray();
    }
}
