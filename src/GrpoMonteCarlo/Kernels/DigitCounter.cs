using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>What the <see cref="IDigitCounter"/>s share: the choice of a width, and the tally of many bounds.</summary>
internal static class DigitCounter
{
    private const int Values = 256, Tables = 4;

    /// <summary>The implementation for an instruction set, which must be available.</summary>
    public static IDigitCounter For(InstructionSet isa) => isa switch
    {
        InstructionSet.Avx512 => new DigitCounterAvx512(),
        InstructionSet.Avx2 => new DigitCounterAvx2(),
        InstructionSet.Vector128 => new DigitCounterVector128(),
        _ => new DigitCounterScalar(),
    };

    /// <summary>
    /// <see cref="IDigitCounter.AddBelow"/> at a cost that does not grow with the bounds: counts every value first, in four
    /// tables, so that equal neighbours do not wait for each other.
    /// </summary>
    [MethodImpl(InstructionSets.Kernel)]
    public static unsafe void AddTally(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> bounds, Span<long> below)
    {
        int* tally = stackalloc int[Values * Tables];
        new Span<int>(tally, Values * Tables).Clear();
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(digits);
        foreach (ulong word in words)
        {
            tally[(byte)word]++;
            tally[Values + (byte)(word >> 8)]++;
            tally[(2 * Values) + (byte)(word >> 16)]++;
            tally[(3 * Values) + (byte)(word >> 24)]++;
            tally[(byte)(word >> 32)]++;
            tally[Values + (byte)(word >> 40)]++;
            tally[(2 * Values) + (byte)(word >> 48)]++;
            tally[(3 * Values) + (byte)(word >> 56)]++;
        }

        foreach (byte digit in digits[(words.Length * sizeof(ulong))..])
        {
            tally[digit]++;
        }

        long sum = 0;
        int value = 0;
        foreach (byte bound in bounds)
        {
            for (; value < bound; value++)
            {
                sum += tally[value] + tally[Values + value] + tally[(2 * Values) + value] + tally[(3 * Values) + value];
            }

            below[bound] += sum;
        }
    }
}
