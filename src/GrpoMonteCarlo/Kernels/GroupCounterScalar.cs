using System.Numerics;

namespace GrpoMonteCarlo.Kernels;

/// <summary>Counts a group at a time, word by word: the specification of the other widths.</summary>
internal sealed class GroupCounterScalar : IGroupCounter
{
    public void Add(ReadOnlySpan<ulong> rollouts, int lanes, int groupSize, ref UnfinishedGroup unfinished, Span<long> histogram)
    {
        (int seen, int rare) = unfinished;
        for (int lane = 0, taken; lane < lanes; lane += taken)
        {
            // As far as the word, the group and the rollouts go.
            int bit = lane % 64;
            taken = Math.Min(Math.Min(64 - bit, groupSize - seen), lanes - lane);
            rare += BitOperations.PopCount(rollouts[lane / 64] >> bit << (64 - taken));
            seen += taken;
            if (seen == groupSize)
            {
                histogram[rare]++;
                (seen, rare) = (0, 0);
            }
        }

        unfinished = new UnfinishedGroup(seen, rare);
    }
}
