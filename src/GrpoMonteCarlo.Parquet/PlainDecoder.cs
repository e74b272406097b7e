using System.Buffers.Binary;
using System.Text;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Reads values in the PLAIN encoding. The bytes number at least <see cref="MinimumSize"/>.</summary>
internal static class PlainDecoder
{
    /// <summary>The fewest bytes in which that many values can be.</summary>
    public static long MinimumSize(ParquetType type, int count) => type switch
    {
        ParquetType.Boolean => (count + 7L) / 8,
        ParquetType.Int32 or ParquetType.String => 4L * count,
        _ => 8L * count,
    };

    public static void Booleans(ReadOnlySpan<byte> data, Span<bool> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ((data[i / 8] >> (i % 8)) & 1) == 1;
        }
    }

    public static void Int32s(ReadOnlySpan<byte> data, Span<int> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt32LittleEndian(data.Slice(4 * i));
        }
    }

    public static void Int64s(ReadOnlySpan<byte> data, Span<long> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt64LittleEndian(data.Slice(8 * i));
        }
    }

    public static void Doubles(ReadOnlySpan<byte> data, Span<double> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(data.Slice(8 * i));
        }
    }

    public static void Strings(ReadOnlySpan<byte> data, Span<string?> values, string where)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!BinaryPrimitives.TryReadInt32LittleEndian(data, out int size) || size < 0 || size > data.Length - 4)
            {
                throw new ParquetException($"{where}: a text of {size} bytes where {data.Length} are left");
            }

            try
            {
                values[i] = Format.Utf8.GetString(data.Slice(4, size));
            }
            catch (DecoderFallbackException e)
            {
                throw new ParquetException($"{where}: text that is not UTF-8", e);
            }

            data = data.Slice(4 + size);
        }
    }
}
