using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GrpoMonteCarlo.Random;
using Isa = System.Runtime.Intrinsics.X86.Avx2;
using Vec = System.Runtime.Intrinsics.Vector256<ulong>;

namespace GrpoMonteCarlo.Kernels;

/// <summary>Counts the bits of fields by adding neighbours, 256 bits at a time.</summary>
internal sealed class FieldCountsAvx2 : IFieldCounts
{
    private const int Words = 4, Bytes = 8 * Words;

    [MethodImpl(InstructionSets.Kernel)]
    public unsafe int Count(ReadOnlySpan<ulong> fields, int fieldSize, Span<byte> counts)
    {
        int most = (fields.Length * 64 / fieldSize) + IFieldCounts.MaxPadding;
        ArgumentOutOfRangeException.ThrowIfLessThan(counts.Length, most, nameof(counts));
        fixed (ulong* first = fields)
        fixed (byte* firstCount = counts)
        {
            ulong* end = first + fields.Length;
            byte* count = firstCount;
            for (ulong* word = first; word < end;)
            {
                if (fieldSize < 8)
                {
                    // A byte holds several counts: each has its turn as the lowest one.
                    Vec sums = Isa.LoadVector256(word);
                    Vec low = Vector256.Create(fieldSize == 2 ? 0x0303030303030303UL : 0x0F0F0F0F0F0F0F0FUL);
                    sums = fieldSize == 2 ? Pairs(sums) : Nibbles(sums);
                    for (int field = 0; field < 8; field += fieldSize, count += Bytes)
                    {
                        Isa.Store(count, Isa.And(sums, low).AsByte());
                        sums = Isa.ShiftRightLogical(sums, Vector128.CreateScalar((ulong)fieldSize));
                    }

                    word += Words;
                }
                else
                {
                    // A field's count is its lowest byte, the others are 0: as many vectors as that make one full vector.
                    Vec packed = Vec.Zero;
                    for (int shift = 0; shift < fieldSize && word < end; shift += 8, word += Words)
                    {
                        Vec sums = Sums(Isa.LoadVector256(word), fieldSize);
                        packed = Isa.Or(packed, Isa.ShiftLeftLogical(sums, Vector128.CreateScalar((ulong)shift)));
                    }

                    Isa.Store(count, packed.AsByte());
                    count += Bytes;
                }
            }

            return (int)(count - firstCount);
        }
    }

    [MethodImpl(InstructionSets.Kernel)]
    public unsafe int AddHistogram(ReadOnlySpan<byte> counts, int groupSize, Span<long> histogram)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(counts.Length % Bytes, 0, nameof(counts));
        int all = 0;
        fixed (byte* first = counts)
        {
            byte* end = first + counts.Length;
            for (int k = 1; k <= groupSize; k++)
            {
                int groups = 0;
                for (byte* count = first; count < end; count += Bytes)
                {
                    // A bit a byte, set where it is k.
                    var isK = Vector256.Equals(Vector256.Load(count), Vector256.Create((byte)k));
                    groups += BitOperations.PopCount(isK.ExtractMostSignificantBits());
                }

                histogram[k] += groups;
                all += groups;
            }
        }

        return all;
    }

    // Lanes of 2 bits: the number of 1 bits in each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec Pairs(Vec bits) =>
        Isa.Subtract(bits, Isa.And(Isa.ShiftRightLogical(bits, 1), Vector256.Create(0x5555555555555555UL)));

    // Lanes of 4 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec Nibbles(Vec bits)
    {
        Vec pairs = Pairs(bits), low = Vector256.Create(0x3333333333333333UL);
        return Isa.Add(Isa.And(pairs, low), Isa.And(Isa.ShiftRightLogical(pairs, 2), low));
    }

    // Lanes of 8, 16, 32 or 64 bits. A sum is 64 at most, so it never leaves its byte.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec Sums(Vec bits, int fieldSize)
    {
        Vec sums = Nibbles(bits);
        sums = Isa.And(Isa.Add(sums, Isa.ShiftRightLogical(sums, 4)), Vector256.Create(0x0F0F0F0F0F0F0F0FUL));
        if (fieldSize == 8)
        {
            return sums;
        }

        sums = Isa.Add(sums, Isa.ShiftRightLogical(sums, 8));
        if (fieldSize == 16)
        {
            return Isa.And(sums, Vector256.Create(0x00FF00FF00FF00FFUL));
        }

        sums = Isa.Add(sums, Isa.ShiftRightLogical(sums, 16));
        if (fieldSize == 32)
        {
            return Isa.And(sums, Vector256.Create(0x000000FF000000FFUL));
        }

        sums = Isa.Add(sums, Isa.ShiftRightLogical(sums, 32));
        return Isa.And(sums, Vector256.Create(0x00000000000000FFUL));
    }
}
