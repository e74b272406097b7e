using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GrpoMonteCarlo.Random;
using Isa = System.Runtime.Intrinsics.X86.Avx512BW;
using Vec = System.Runtime.Intrinsics.Vector512<byte>;
using Wide = System.Runtime.Intrinsics.Vector512<ushort>;

namespace GrpoMonteCarlo.Kernels;

/// <summary>Compares 64 digits, or 32 wide ones, with four bounds at a time. Equals <see cref="DigitCounterScalar"/>.</summary>
internal sealed class DigitCounterAvx512 : IDigitCounter
{
    private const int Lanes = 64, WideLanes = 32, ManyBounds = 96;

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

    [MethodImpl(InstructionSets.Kernel)]
    public unsafe bool CountBelow(ReadOnlySpan<ushort> digits, ReadOnlySpan<ushort> bounds, Span<int> below)
    {
        // As above; and such lanes equal no bound.
        int rest = digits.Length % WideLanes;
        Wide valid = Isa.CompareLessThan(Wide.Indices, Vector512.Create((ushort)rest));
        fixed (ushort* first = digits, bound = bounds)
        fixed (int* count = below)
        {
            ushort* end = first + (digits.Length - rest);
            Wide tail = rest == 0 ? Wide.AllBitsSet : Isa.MaskLoad(end, valid, Wide.AllBitsSet);

            // A lane's least difference from a bound: comparisons for equality would need the masks' registers, too.
            Wide least = Wide.AllBitsSet;
            int i = 0;
            for (; i + 4 <= bounds.Length; i += 4)
            {
                Wide b0 = Vector512.Create(bound[i]), b1 = Vector512.Create(bound[i + 1]);
                Wide b2 = Vector512.Create(bound[i + 2]), b3 = Vector512.Create(bound[i + 3]);
                least = Isa.Min(least, Isa.Min(Difference(tail, b0, b1), Difference(tail, b2, b3)) | ~valid);
                int n0 = Below(tail, b0), n1 = Below(tail, b1), n2 = Below(tail, b2), n3 = Below(tail, b3);
                for (ushort* digit = first; digit < end; digit += WideLanes)
                {
                    Wide x = Vector512.Load(digit);
                    least = Isa.Min(least, Isa.Min(Difference(x, b0, b1), Difference(x, b2, b3)));
                    n0 += Below(x, b0);
                    n1 += Below(x, b1);
                    n2 += Below(x, b2);
                    n3 += Below(x, b3);
                }

                count[i] = n0;
                count[i + 1] = n1;
                count[i + 2] = n2;
                count[i + 3] = n3;
            }

            for (; i < bounds.Length; i++)
            {
                Wide b = Vector512.Create(bound[i]);
                least = Isa.Min(least, (tail ^ b) | ~valid);
                int n = Below(tail, b);
                for (ushort* digit = first; digit < end; digit += WideLanes)
                {
                    Wide x = Vector512.Load(digit);
                    least = Isa.Min(least, x ^ b);
                    n += Below(x, b);
                }

                count[i] = n;
            }

            return Vector512.EqualsAny(least, Wide.Zero);
        }
    }

    // In every lane, 0 if x is a or b.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Wide Difference(Wide x, Wide a, Wide b) => Isa.Min(x ^ a, x ^ b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below(Wide x, Wide bound) => BitOperations.PopCount((uint)Isa.MoveMask(Isa.CompareLessThan(x, bound)));

    // How many lanes of x are below the bound: a bit a lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below(Vec x, Vec bound) => BitOperations.PopCount((ulong)Isa.MoveMask(Isa.CompareLessThan(x, bound)));
}
