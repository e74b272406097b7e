using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GrpoMonteCarlo.Random;
using Vec = System.Runtime.Intrinsics.Vector128<sbyte>;
using Wide = System.Runtime.Intrinsics.Vector128<short>;

namespace GrpoMonteCarlo.Kernels;

/// <summary>Compares 16 digits, or 8 wide ones, with four bounds at a time. Equals <see cref="DigitCounterScalar"/>.</summary>
internal sealed class DigitCounterVector128 : IDigitCounter
{
    private const int Lanes = 16, WideLanes = 8, LaneBits = 2, ManyBounds = 24;

    [MethodImpl(InstructionSets.Kernel)]
    public unsafe void AddBelow(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> bounds, Span<long> below)
    {
        if (bounds.Length > ManyBounds && digits.Length > 16 * Lanes)
        {
            DigitCounter.AddTally(digits, bounds, below);
            return;
        }

        // The last vector's lanes beyond the digits are 255, which is below no bound.
        int rest = digits.Length % Lanes;
        sbyte* last = stackalloc sbyte[Lanes];
        Vec.AllBitsSet.Store(last);
        digits[^rest..].CopyTo(new Span<byte>(last, Lanes));
        Vec tail = Signed(Vector128.Load(last));
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
                    Vec x = Signed(Vector128.Load((sbyte*)digit));
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
                    n += Below(Signed(Vector128.Load((sbyte*)digit)), b);
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
        Wide.AllBitsSet.Store(last);
        digits[^rest..].CopyTo(new Span<ushort>(last, WideLanes));
        Wide tail = Signed(Vector128.Load(last));
        Wide valid = Vector128.GreaterThan(Vector128.Create((short)rest), Wide.Indices);
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
                    Wide x = Signed(Vector128.Load((short*)digit));
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
                equal |= valid & Vector128.Equals(tail, b);
                int n = Below(tail, b);
                for (ushort* digit = first; digit < end; digit += WideLanes)
                {
                    Wide x = Signed(Vector128.Load((short*)digit));
                    equal |= Vector128.Equals(x, b);
                    n += Below(x, b);
                }

                count[i] = n / LaneBits;
            }

            return equal != Wide.Zero;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Wide Signed(Wide x) => x ^ Vector128.Create(short.MinValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Wide Signed(ushort bound) => Vector128.Create((short)(bound ^ 0x8000));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Wide Equal(Wide x, Wide a, Wide b) => Vector128.Equals(x, a) | Vector128.Equals(x, b);

    // LaneBits for every lane of x below the bound: there is no mask of 16-bit lanes, only one of bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below(Wide x, Wide bound) =>
        BitOperations.PopCount(Vector128.GreaterThan(bound, x).AsByte().ExtractMostSignificantBits());

    // Not every processor compares unsigned bytes: 0..255 becomes -128..127.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec Signed(Vec x) => x ^ Vector128.Create(sbyte.MinValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec Signed(byte bound) => Vector128.Create((sbyte)(bound ^ 0x80));

    // How many lanes of x are below the bound: a bit a lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below(Vec x, Vec bound) => BitOperations.PopCount(Vector128.GreaterThan(bound, x).ExtractMostSignificantBits());
}
