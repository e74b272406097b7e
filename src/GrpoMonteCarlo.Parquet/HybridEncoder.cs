using System.Buffers;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Writes small integers as Parquet's hybrid of runs and bit-packed groups of eight.</summary>
internal static class HybridEncoder
{
    /// <summary>How many bits the values 0 to <paramref name="largest"/> need; at least one, as some readers know no less.</summary>
    public static int BitWidth(int largest) => Math.Max(1, 32 - int.LeadingZeroCount(largest));

    /// <summary>Appends the values, each below 2^<paramref name="width"/>, to the output.</summary>
    public static void Write(ReadOnlySpan<int> values, int width, ArrayBufferWriter<byte> output)
    {
        int packedFrom = 0;
        int i = 0;
        while (i < values.Length)
        {
            int run = RunLength(values.Slice(i));

            // Packed groups are whole except the last, so a run can only begin where a group would.
            if (IsRunSmaller(run, width, reachesEnd: i + run == values.Length))
            {
                WritePacked(values.Slice(packedFrom, i - packedFrom), width, output);
                WriteVarint((uint)run << 1, output);
                WriteBytes((uint)values[i], (width + 7) / 8, output);
                i += run;
                packedFrom = i;
            }
            else
            {
                // A run that is too short here is too short at any later group that it reaches, so whole groups of it pass at once.
                i = Math.Min(values.Length, i + Math.Max(8, run / 8 * 8));
            }
        }

        WritePacked(values.Slice(packedFrom), width, output);
    }

    // Leaving a packed stretch for a run costs the run's head and value, and then the next stretch's head.
    private static bool IsRunSmaller(int run, int width, bool reachesEnd) =>
        (run >= 8 || reachesEnd) && (run + 7) / 8 * width >= 3 + ((width + 7) / 8);

    private static int RunLength(ReadOnlySpan<int> values)
    {
        int end = values.IndexOfAnyExcept(values[0]);
        return end < 0 ? values.Length : end;
    }

    private static void WritePacked(ReadOnlySpan<int> values, int width, ArrayBufferWriter<byte> output)
    {
        if (values.IsEmpty)
        {
            return;
        }

        int groups = (values.Length + 7) / 8;
        WriteVarint(((uint)groups << 1) | 1, output);
        Span<byte> bytes = output.GetSpan(groups * width);
        ulong bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < groups * 8; i++)
        {
            // The last group is filled up with zeros.
            ulong value = i < values.Length ? (uint)values[i] : 0;
            bits |= value << held;
            held += width;
            while (held >= 8)
            {
                bytes[at++] = (byte)bits;
                bits >>= 8;
                held -= 8;
            }
        }

        output.Advance(at);
    }

    private static void WriteVarint(uint value, ArrayBufferWriter<byte> output)
    {
        while (value >= 0x80)
        {
            WriteBytes((value & 0x7F) | 0x80, 1, output);
            value >>= 7;
        }

        WriteBytes(value, 1, output);
    }

    private static void WriteBytes(uint value, int count, ArrayBufferWriter<byte> output)
    {
        Span<byte> bytes = output.GetSpan(count);
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)(value >> (8 * i));
        }

        output.Advance(count);
    }
}
