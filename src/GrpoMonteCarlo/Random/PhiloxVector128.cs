using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vec = System.Runtime.Intrinsics.Vector128<ulong>;

namespace GrpoMonteCarlo.Random;

/// <summary>Philox4x32-10, four calls in a pair of registers for each counter word, two pairs at a time.</summary>
/// <remarks>
/// A 64-bit lane holds one counter word of one call in its low half; the multiplication reads only that half, so what
/// the high half collects does no harm and nothing is ever shuffled. Even calls are in one register, odd calls in
/// another; a blend at the end makes neighbours of them. Two pairs fill the multiplier's latency.
/// Equals <see cref="PhiloxScalar"/>.
/// </remarks>
internal sealed class PhiloxVector128 : IPhilox
{
    private const int PairCalls = 2 * 2;

    [MethodImpl(InstructionSets.Kernel)]
    public unsafe void Fill(StreamKey key, UInt128 counter, Span<ulong> planes)
    {
        Philox.ThrowIfNotBatches(counter, planes);
        int calls = planes.Length / Philox.BatchWords * Philox.BatchCalls;
        Vec m0 = Vector128.Create((ulong)Philox.M0), m1 = Vector128.Create((ulong)Philox.M1);
        Vec w0 = Vector128.Create((ulong)Philox.W0), w1 = Vector128.Create((ulong)Philox.W1);
        Vec key0 = Vector128.Create((ulong)key.K0), key1 = Vector128.Create((ulong)key.K1);
        fixed (ulong* first = planes)
        {
            for (int call = 0; call < calls; call += 2 * PairCalls)
            {
                Load(
                    counter + (uint)call,
                    out Vec a0, out Vec a1, out Vec a2, out Vec a3,
                    out Vec b0, out Vec b1, out Vec b2, out Vec b3);
                Load(
                    counter + (uint)(call + PairCalls),
                    out Vec c0, out Vec c1, out Vec c2, out Vec c3,
                    out Vec d0, out Vec d1, out Vec d2, out Vec d3);
                Vec k0 = key0, k1 = key1;
                for (int round = 0; round < Philox.Rounds; round += 2)
                {
                    Vec next0 = k0 + w0, next1 = k1 + w1;
                    TwoRounds(ref a0, ref a1, ref a2, ref a3, m0, m1, k0, k1, next0, next1);
                    TwoRounds(ref b0, ref b1, ref b2, ref b3, m0, m1, k0, k1, next0, next1);
                    TwoRounds(ref c0, ref c1, ref c2, ref c3, m0, m1, k0, k1, next0, next1);
                    TwoRounds(ref d0, ref d1, ref d2, ref d3, m0, m1, k0, k1, next0, next1);
                    k0 = next0 + w0;
                    k1 = next1 + w1;
                }

                Store(first, call, a0, a1, a2, a3, b0, b1, b2, b3);
                Store(first, call + PairCalls, c0, c1, c2, c3, d0, d1, d2, d3);
            }
        }
    }

    // Lane j of an even register is call 2j from the counter on, of an odd one call 2j + 1. Only the lowest word differs
    // between the lanes: the counter starts at a multiple of the calls in a pair.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(
        UInt128 counter,
        out Vec even0, out Vec even1, out Vec even2, out Vec even3,
        out Vec odd0, out Vec odd1, out Vec odd2, out Vec odd3)
    {
        even0 = Vector128.Create((ulong)(uint)counter) | Vector128.Create(0UL, 2);
        odd0 = even0 | Vector128.Create(1UL);
        even1 = odd1 = Vector128.Create((ulong)(counter >> 32));
        even2 = odd2 = Vector128.Create((ulong)(counter >> 64));
        even3 = odd3 = Vector128.Create((ulong)(counter >> 96));
    }

    // Two rounds, so that each one's products become the other's words without a move. Key words (k0, k1), then (n0, n1).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoRounds(
        ref Vec x0, ref Vec x1, ref Vec x2, ref Vec x3, Vec m0, Vec m1, Vec k0, Vec k1, Vec n0, Vec n1)
    {
        Vec y3 = Multiply(x0, m0);
        Vec y1 = Multiply(x2, m1);
        Vec y0 = XorHigh(y1, x1, k0);
        Vec y2 = XorHigh(y3, x3, k1);
        x3 = Multiply(y0, m0);
        x1 = Multiply(y2, m1);
        x0 = XorHigh(x1, y1, n0);
        x2 = XorHigh(x3, y3, n1);
    }

    // 32 x 32 -> 64 bits in every lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec Multiply(Vec word, Vec multiplier) => Sse2.IsSupported
        ? Sse2.Multiply(word.AsUInt32(), multiplier.AsUInt32())
        : (word & Vector128.Create(0xFFFFFFFFUL)) * multiplier;

    // The product's high half, xored with a word and a key word.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec XorHigh(Vec product, Vec word, Vec key) =>
        (product >> 32) ^ word ^ key;

    // The pair's words of the four planes: call i is half a 64-bit word, so the pair starts at word i / 2.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store(
        ulong* planes, int call, Vec even0, Vec even1, Vec even2, Vec even3, Vec odd0, Vec odd1, Vec odd2, Vec odd3)
    {
        planes += (call / Philox.BatchCalls * Philox.BatchWords) + (call % Philox.BatchCalls / 2);
        Merge(even0, odd0).Store(planes);
        Merge(even1, odd1).Store(planes + Philox.PlaneWords);
        Merge(even2, odd2).Store(planes + (2 * Philox.PlaneWords));
        Merge(even3, odd3).Store(planes + (3 * Philox.PlaneWords));
    }

    // 32-bit lanes 0, 1, 2, ...: even call 0, odd call 0, even call 1, ...
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec Merge(Vec even, Vec odd) =>
        Vector128.ConditionalSelect(Vector128.Create(0xFFFFFFFFUL), even, odd << 32);
}
