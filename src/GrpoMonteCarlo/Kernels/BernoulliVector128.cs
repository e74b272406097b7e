using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GrpoMonteCarlo.Random;
using Vec = System.Runtime.Intrinsics.Vector128<ulong>;

namespace GrpoMonteCarlo.Kernels;

/// <summary>Lazy comparison with q, a block in four registers. Equals <see cref="BernoulliScalar"/>.</summary>
internal sealed class BernoulliVector128 : IBernoulli
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
                Vec undecidedA = last ? Vector128.Load(valid) : Vec.AllBitsSet;
                Vec undecidedB = last ? Vector128.Load(valid + 2) : Vec.AllBitsSet;
                Vec undecidedC = last ? Vector128.Load(valid + 4) : Vec.AllBitsSet;
                Vec undecidedD = last ? Vector128.Load(valid + 6) : Vec.AllBitsSet;
                ulong* next = plane;

                // The digits before m are 0: a lane that differs is above q.
                int zeros = q.LeadingZeros;
                while (zeros > 0 && (undecidedA | undecidedB | undecidedC | undecidedD) != Vec.Zero && next < end)
                {
                    undecidedA = Vector128.AndNot(undecidedA, Vector128.Load(next));
                    undecidedB = Vector128.AndNot(undecidedB, Vector128.Load(next + 2));
                    undecidedC = Vector128.AndNot(undecidedC, Vector128.Load(next + 4));
                    undecidedD = Vector128.AndNot(undecidedD, Vector128.Load(next + 6));
                    next += Bernoulli.BlockWords;
                    zeros--;
                }

                // The digits left are m's, highest first. A lane that differs from a 1 is below q.
                Vec belowA = Vec.Zero, belowB = Vec.Zero, belowC = Vec.Zero, belowD = Vec.Zero;
                uint digits = q.Mantissa;
                while (digits != 0 && (undecidedA | undecidedB | undecidedC | undecidedD) != Vec.Zero && next < end)
                {
                    Vec digit = Vector128.Create((ulong)((int)digits >> 31));
                    Compare(digit, Vector128.Load(next), ref undecidedA, ref belowA);
                    Compare(digit, Vector128.Load(next + 2), ref undecidedB, ref belowB);
                    Compare(digit, Vector128.Load(next + 4), ref undecidedC, ref belowC);
                    Compare(digit, Vector128.Load(next + 6), ref undecidedD, ref belowD);
                    next += Bernoulli.BlockWords;
                    digits <<= 1;
                }

                // Neither decided nor out of digits: out of planes. The block is drawn again when there are more.
                if (digits != 0 && (undecidedA | undecidedB | undecidedC | undecidedD) != Vec.Zero)
                {
                    break;
                }

                belowA.Store(rare);
                belowB.Store(rare + 2);
                belowC.Store(rare + 4);
                belowD.Store(rare + 6);
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
        below |= undecided & ~bits & digit;
        undecided &= ~(bits ^ digit);
    }
}
