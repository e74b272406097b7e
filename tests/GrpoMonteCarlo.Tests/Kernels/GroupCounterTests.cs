using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Tests.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

public class GroupCounterTests
{
    public static readonly int[] GroupSizes =
        [2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 511, 512, 1000, 1024, 4095, 4096];

    [Fact]
    public void The_specification_counts_lane_by_lane()
    {
        GroupCounterScalar counter = new();
        ulong[] rollouts = RandomRollouts(40 * 512);
        foreach (int groupSize in GroupSizes)
        {
            long[] expected = new long[groupSize + 1];
            long[] actual = new long[groupSize + 1];
            int lanes = (40 * 512) - 3;
            UnfinishedGroup unfinished = default;
            counter.Add(rollouts, lanes, groupSize, ref unfinished, actual);
            int k = 0;
            for (int lane = 0; lane < lanes; lane++)
            {
                k += (int)(rollouts[lane / 64] >> (lane % 64) & 1);
                if ((lane + 1) % groupSize == 0)
                {
                    expected[k]++;
                    k = 0;
                }
            }

            Assert.Equal(expected, actual);
            Assert.Equal(new UnfinishedGroup(lanes % groupSize, k), unfinished);
        }
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Every_width_equals_scalar_on_whole_groups(string isa)
    {
        IGroupCounter counter = GroupCounter.For(Widths.Parse(isa));
        foreach (int groupSize in GroupSizes.Where(groupSize => groupSize <= GroupCounter.MaxFieldSize))
        {
            int most = GroupCounter.ChunkBlocks(groupSize) * Bernoulli.BlockLanes / groupSize;
            foreach (int groups in (int[])[0, 1, 2, 3, 63, 64, 65, 511, most - 1, most])
            {
                AssertEqualsScalar(counter, groupSize, [groups * groupSize]);
            }
        }
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Every_width_equals_scalar_on_groups_that_straddle_chunks(string isa)
    {
        IGroupCounter counter = GroupCounter.For(Widths.Parse(isa));
        System.Random random = new(1);
        foreach (int groupSize in GroupSizes)
        {
            AssertEqualsScalar(counter, groupSize, [.. Enumerable.Repeat(32 * 512, 10), 1]);
            AssertEqualsScalar(counter, groupSize, [.. Enumerable.Range(0, 20).Select(_ => random.Next(4 * groupSize))]);
            AssertEqualsScalar(counter, groupSize, [groupSize - 1, 1, groupSize, groupSize + 1, 0, 1]);
        }
    }

    private static void AssertEqualsScalar(IGroupCounter counter, int groupSize, int[] chunks)
    {
        GroupCounterScalar specification = new();
        long[] expected = new long[groupSize + 1];
        long[] actual = new long[groupSize + 1];
        UnfinishedGroup expectedUnfinished = default;
        UnfinishedGroup actualUnfinished = default;
        foreach (int lanes in chunks)
        {
            ulong[] rollouts = RandomRollouts(lanes);
            specification.Add(rollouts, lanes, groupSize, ref expectedUnfinished, expected);
            counter.Add(rollouts, lanes, groupSize, ref actualUnfinished, actual);
            Assert.Equal(expectedUnfinished, actualUnfinished);
        }

        Assert.Equal(expected, actual);
        Assert.Equal(chunks.Sum() / groupSize, actual.Sum());
    }

    // Whole blocks whose density of ones varies from none to all, and no ones beyond the last lane.
    private static ulong[] RandomRollouts(int lanes)
    {
        System.Random random = new(lanes);
        ulong[] words = new ulong[Bernoulli.Blocks(lanes) * Bernoulli.BlockWords];
        for (int lane = 0; lane < lanes; lane++)
        {
            bool rare = random.Next(8) < (lane / 200 % 9);
            words[lane / 64] |= rare ? 1UL << (lane % 64) : 0;
        }

        return words;
    }
}
