using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GrpoMonteCarlo.Random;
using Isa = System.Runtime.Intrinsics.X86.Avx512BW;
using Vec = System.Runtime.Intrinsics.Vector512<byte>;

namespace GrpoMonteCarlo.Kernels;

/// <summary>Compares 64 digits with four bounds at a time. Equals <see cref="DigitCounterScalar"/>.</summary>
internal sealed class DigitCounterAvx512 : IDigitCounter
{
    private const int Lanes = 64, ManyBounds = 96;

    [MethodImpl(InstructionSets.Kernel)]
    public unsafe void AddBelow(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> bounds, Span<long> below)
    {
        if (bounds.Length > ManyBounds && digits.Length > 4 * Lanes)
        {
            DigitCounter.AddTally(digits, bounds, below);
            return;
        }

        // The last vector's lanes beyond the digits are 255, which is below no bound.
        int rest = digits.Length % Lanes;
        Vec valid = Isa.CompareLessThan(Vec.Indices, Vector512.Create((byte)rest));
        fixed (byte* first = digits, bound = bounds)
        fixed (long* count = below)
        {
            byte* end = first + (digits.Length - rest);
            Vec tail = rest == 0 ? Vec.AllBitsSet : Isa.MaskLoad(end, valid, Vec.AllBitsSet);
            int i = 0;
            for (; i + 4 <= bounds.Length; i += 4)
            {
                Vec b0 = Vector512.Create(bound[i]), b1 = Vector512.Create(bound[i + 1]);
                Vec b2 = Vector512.Create(bound[i + 2]), b3 = Vector512.Create(bound[i + 3]);
                int n0 = Below(tail, b0), n1 = Below(tail, b1), n2 = Below(tail, b2), n3 = Below(tail, b3);
                for (byte* digit = first; digit < end; digit += Lanes)
                {
                    Vec x = Vector512.Load(digit);
                    n0 += Below(x, b0);
                    n1 += Below(x, b1);
                    n2 += Below(x, b2);
                    n3 += Below(x, b3);
                }

                count[bound[i]] += n0;
                count[bound[i + 1]] += n1;
                count[bound[i + 2]] += n2;
                count[bound[i + 3]] += n3;
            }

            for (; i < bounds.Length; i++)
            {
                Vec b = Vector512.Create(bound[i]);
                int n = Below(tail, b);
                for (byte* digit = first; digit < end; digit += Lanes)
                {
                    n += Below(Vector512.Load(digit), b);
                }

                count[bound[i]] += n;
            }
        }
    }

    // How many lanes of x are below the bound: a bit a lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below(Vec x, Vec bound) => BitOperations.PopCount((ulong)Isa.MoveMask(Isa.CompareLessThan(x, bound)));
}
