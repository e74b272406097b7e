using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GrpoMonteCarlo.Random;
using Isa = System.Runtime.Intrinsics.X86.Avx2;
using Vec = System.Runtime.Intrinsics.Vector256<sbyte>;
using Wide = System.Runtime.Intrinsics.Vector256<short>;

namespace GrpoMonteCarlo.Kernels;

/// <summary>Compares 32 digits, or 16 wide ones, with four bounds at a time. Equals <see cref="DigitCounterScalar"/>.</summary>
internal sealed class DigitCounterAvx2 : IDigitCounter
{
    private const int Lanes = 32, WideLanes = 16, LaneBits = 2, ManyBounds = 48;

    [MethodImpl(InstructionSets.Kernel)]
    public unsafe void AddBelow(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> bounds, Span<long> below)
    {
        if (bounds.Length > ManyBounds && digits.Length > 8 * Lanes)
        {
            DigitCounter.AddTally(digits, bounds, below);
            return;
        }

        // The last vector's lanes beyond the digits are 255, which is below no bound.
        int rest = digits.Length % Lanes;
        sbyte* last = stackalloc sbyte[Lanes];
        Isa.Store(last, Vec.AllBitsSet);
        digits[^rest..].CopyTo(new Span<byte>(last, Lanes));
        Vec tail = Signed(Isa.LoadVector256(last));
        fixed (byte* first = digits, bound = bounds)
        fixed (long* count = below)
        {
            byte* end = first + (digits.Length - rest);
            int i = 0;
            for (; i + 4 <= bounds.Length; i += 4)
            {
                Vec b0 = Signed(bound[i]), b1 = Signed(bound[i + 1]), b2 = Signed(bound[i + 2]), b3 = Signed(bound[i + 3]);
                int n0 = Below(tail, b0), n1 = Below(tail, b1), n2 = Below(tail, b2), n3 = Below(tail, b3);
                for (byte* digit = first; digit < end; digit += Lanes)
                {
                    Vec x = Signed(Isa.LoadVector256((sbyte*)digit));
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
                Vec b = Signed(bound[i]);
                int n = Below(tail, b);
                for (byte* digit = first; digit < end; digit += Lanes)
                {
                    n += Below(Signed(Isa.LoadVector256((sbyte*)digit)), b);
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
        short* last = stackalloc short[WideLanes];
        Isa.Store(last, Wide.AllBitsSet);
        digits[^rest..].CopyTo(new Span<ushort>(last, WideLanes));
        Wide tail = Signed(Isa.LoadVector256(last));
        Wide valid = Isa.CompareGreaterThan(Vector256.Create((short)rest), Wide.Indices);
        fixed (ushort* first = digits, bound = bounds)
        fixed (int* count = below)
        {
            ushort* end = first + (digits.Length - rest);
            Wide equal = Wide.Zero;
            int i = 0;
            for (; i + 4 <= bounds.Length; i += 4)
            {
                Wide b0 = Signed(bound[i]), b1 = Signed(bound[i + 1]), b2 = Signed(bound[i + 2]), b3 = Signed(bound[i + 3]);
                equal |= valid & (Equal(tail, b0, b1) | Equal(tail, b2, b3));
                int n0 = Below(tail, b0), n1 = Below(tail, b1), n2 = Below(tail, b2), n3 = Below(tail, b3);
                for (ushort* digit = first; digit < end; digit += WideLanes)
                {
                    Wide x = Signed(Isa.LoadVector256((short*)digit));
                    equal |= Equal(x, b0, b1) | Equal(x, b2, b3);
                    n0 += Below(x, b0);
                    n1 += Below(x, b1);
                    n2 += Below(x, b2);
                    n3 += Below(x, b3);
                }

                count[i] = n0 / LaneBits;
                count[i + 1] = n1 / LaneBits;
                count[i + 2] = n2 / LaneBits;
                count[i + 3] = n3 / LaneBits;
            }

            for (; i < bounds.Length; i++)
            {
                Wide b = Signed(bound[i]);
                equal |= valid & Isa.CompareEqual(tail, b);
                int n = Below(tail, b);
                for (ushort* digit = first; digit < end; digit += WideLanes)
                {
                    Wide x = Signed(Isa.LoadVector256((short*)digit));
                    equal |= Isa.CompareEqual(x, b);
                    n += Below(x, b);
                }

                count[i] = n / LaneBits;
            }

            return equal != Wide.Zero;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Wide Signed(Wide x) => Isa.Xor(x, Vector256.Create(short.MinValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Wide Signed(ushort bound) => Vector256.Create((short)(bound ^ 0x8000));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Wide Equal(Wide x, Wide a, Wide b) => Isa.CompareEqual(x, a) | Isa.CompareEqual(x, b);

    // LaneBits for every lane of x below the bound: there is no mask of 16-bit lanes, only one of bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below(Wide x, Wide bound) =>
        BitOperations.PopCount((uint)Isa.MoveMask(Isa.CompareGreaterThan(bound, x).AsByte()));

    // There is no comparison of unsigned bytes: 0..255 becomes -128..127.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec Signed(Vec x) => Isa.Xor(x, Vector256.Create(sbyte.MinValue));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec Signed(byte bound) => Vector256.Create((sbyte)(bound ^ 0x80));

    // How many lanes of x are below the bound: a bit a lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below(Vec x, Vec bound) => BitOperations.PopCount((uint)Isa.MoveMask(Isa.CompareGreaterThan(bound, x)));
}
