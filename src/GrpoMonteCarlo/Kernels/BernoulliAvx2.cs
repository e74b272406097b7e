using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GrpoMonteCarlo.Random;
using Isa = System.Runtime.Intrinsics.X86.Avx2;
using Vec = System.Runtime.Intrinsics.Vector256<ulong>;

namespace GrpoMonteCarlo.Kernels;

/// <summary>Lazy comparison with q, a block in two registers. Equals <see cref="BernoulliScalar"/>.</summary>
internal sealed class BernoulliAvx2 : IBernoulli
{
    [MethodImpl(InstructionSets.Kernel)]
    public unsafe int Draw(RareProbability q, ReadOnlySpan<ulong> planes, int lanes, Span<ulong> rollouts, out int planesUsed)
    {
        int blocks = Bernoulli.Blocks(lanes);
        ArgumentOutOfRangeException.ThrowIfLessThan(rollouts.Length, blocks * Bernoulli.BlockWords, nameof(rollouts));

        // Lane l of a block is bit l % 64 of word l / 64; the last block's mask leaves out the lanes beyond the last one.
        ulong* valid = stackalloc ulong[Bernoulli.BlockWords];
        Bernoulli.SetValid(lanes - ((blocks - 1) * Bernoulli.BlockLanes), new Span<ulong>(valid, Bernoulli.BlockWords));
        fixed (ulong* firstPlane = planes, firstRare = rollouts)
        {
            ulong* plane = firstPlane;
            ulong* end = firstPlane + (planes.Length / Bernoulli.BlockWords * Bernoulli.BlockWords);
            ulong* rare = firstRare;
            int block = 0;
            for (; block < blocks; block++, rare += Bernoulli.BlockWords)
            {
                bool last = block == blocks - 1;
                Vec undecidedA = last ? Isa.LoadVector256(valid) : Vec.AllBitsSet;
                Vec undecidedB = last ? Isa.LoadVector256(valid + 4) : Vec.AllBitsSet;
                ulong* next = plane;

                // The digits before m are 0: a lane that differs is above q.
                int zeros = q.LeadingZeros;
                while (zeros > 0 && (undecidedA | undecidedB) != Vec.Zero && next < end)
                {
                    undecidedA = Isa.AndNot(Isa.LoadVector256(next), undecidedA);
                    undecidedB = Isa.AndNot(Isa.LoadVector256(next + 4), undecidedB);
                    next += Bernoulli.BlockWords;
                    zeros--;
                }

                // The digits left are m's, highest first. A lane that differs from a 1 is below q.
                Vec belowA = Vec.Zero, belowB = Vec.Zero;
                uint digits = q.Mantissa;
                while (digits != 0 && (undecidedA | undecidedB) != Vec.Zero && next < end)
                {
                    Vec digit = Vector256.Create((ulong)((int)digits >> 31));
                    Compare(digit, Isa.LoadVector256(next), ref undecidedA, ref belowA);
                    Compare(digit, Isa.LoadVector256(next + 4), ref undecidedB, ref belowB);
                    next += Bernoulli.BlockWords;
                    digits <<= 1;
                }

                // Neither decided nor out of digits: out of planes. The block is drawn again when there are more.
                if (digits != 0 && (undecidedA | undecidedB) != Vec.Zero)
                {
                    break;
                }

                Isa.Store(rare, belowA);
                Isa.Store(rare + 4, belowB);
                plane = next;
            }

            planesUsed = (int)(plane - firstPlane) / Bernoulli.BlockWords;
            return block;
        }
    }

    // Lanes where the random bits differ from the digit (all ones or all zeros) are decided: below q if the digit is 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Compare(Vec digit, Vec bits, ref Vec undecided, ref Vec below)
    {
        below = Isa.Or(below, Isa.And(Isa.AndNot(bits, undecided), digit));
        undecided = Isa.AndNot(Isa.Xor(bits, digit), undecided);
    }
}
