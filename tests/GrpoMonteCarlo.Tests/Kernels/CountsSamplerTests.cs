using System.Buffers.Binary;
using System.Security.Cryptography;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Tests.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

public class CountsSamplerTests
{
    private const long MaxGroups = 1_000_000_000_000;

    private static readonly StreamKey Key = StreamKey.Derive(1, 2503, "counts-sampler-tests");

    private static readonly double[] Probabilities =
        [0, double.Epsilon, 1e-300, 1e-12, 1e-6, 0.1, 0.3, 1.0 / 3, Math.ScaleB(0xFFFF_FFFFUL, -33), 0.5];

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Every_width_equals_scalar(string isa)
    {
        // The same samplers throughout: what they drew before must not matter.
        CountsSampler sampler = new(Widths.Parse(isa));
        CountsSampler specification = new(InstructionSet.Scalar);
        int update = 0;
        foreach (int groupSize in GroupCounterTests.GroupSizes)
        {
            foreach (double probability in Probabilities)
            {
                foreach (long groups in (long[])[0, 1, 2, 64, 100_003, MaxGroups])
                {
                    StreamAddress address = new(update, update % 7, update % 5, StreamPurpose.Rollouts);
                    update++;
                    long[] expected = Filled(groupSize + 1);
                    long[] actual = Filled(groupSize + 1);
                    specification.Sample(Key, address, RareProbability.Round(probability), groupSize, groups, expected);
                    sampler.Sample(Key, address, RareProbability.Round(probability), groupSize, groups, actual);
                    Assert.Equal(expected, actual);
                    Assert.Equal(groups, actual.Sum());
                    Assert.All(actual, count => Assert.True(count >= 0));
                }
            }
        }
    }

    // From an independent implementation with 50 digits. Never edited to make a test pass: other numbers are another stream
    // version.
    [Theory]
    [InlineData(12, 3, 1, 0.3, 64, new long[] { 20, 27, 12, 5, 0 })]
    [InlineData(12, 3, 1, 0.3, 1000, new long[] { 249, 415, 261, 67, 8 })]
    [InlineData(1L << 39, 1 << 19, 1 << 19, 0.5, 100_000, new long[] { 3215, 15741, 31018, 31239, 15703, 3084 })]
    [InlineData(7, 0, 0, 0.3, MaxGroups, new long[]
    {
        3323289921, 22788227609, 73248262384, 146496110025, 204048467164, 209877944744, 164904361600, 100962109113, 48677579793,
        18544091211, 5563212008, 1300531692, 232208468, 30627985, 2811309, 160572, 4402,
    })]
    [InlineData(9, 1, 0, 0.1, 65536, new long[]
    {
        2092, 7557, 13137, 15078, 12422, 8140, 4312, 1810, 703, 205, 65, 11, 3,
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    })]
    public void Stream_v1_stays_what_it_is(long replicate, int iteration, int prompt, double probability, long groups, long[] expected)
    {
        long[] histogram = new long[expected.Length];
        StreamAddress address = new(replicate, iteration, prompt, StreamPurpose.Rollouts);
        new CountsSampler(InstructionSets.Best).Sample(
            Key, address, RareProbability.Round(probability), expected.Length - 1, groups, histogram);
        Assert.Equal(expected, histogram);
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Every_decision_is_that_of_fifty_digits(string isa)
    {
        // The digest of 480 histograms from the same independent implementation: 996 inversions, 3,374 rejections, 867
        // probabilities worked out.
        CountsSampler sampler = new(Widths.Parse(isa));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] bytes = new byte[sizeof(long)];
        for (int replicate = 0; replicate < 120; replicate++)
        {
            foreach ((double probability, int groupSize, long groups) in
                ((double, int, long)[])[(0.3, 16, 256), (0.5, 2, 1_000_000_000), (0.1, 7, 1_000_000), (0.47, 16, MaxGroups)])
            {
                long[] histogram = new long[groupSize + 1];
                StreamAddress address = new(replicate, 5, 0, StreamPurpose.Rollouts);
                sampler.Sample(Key, address, RareProbability.Round(probability), groupSize, groups, histogram);
                foreach (long count in histogram)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(bytes, count);
                    hash.AppendData(bytes);
                }
            }
        }

        Assert.Equal("4261dcd33c0d6e036ca9a4428acb34e6c5c51d26b9c2d44cbebf4ebdaa4a04ff", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public void The_purpose_is_its_own_whatever_the_address_says()
    {
        CountsSampler sampler = new(InstructionSets.Best);
        long[] expected = new long[17], actual = new long[17];
        sampler.Sample(Key, new StreamAddress(1, 2, 3, StreamPurpose.Counts), RareProbability.Round(0.3), 16, 1000, expected);
        sampler.Sample(Key, new StreamAddress(1, 2, 3, StreamPurpose.Rollouts), RareProbability.Round(0.3), 16, 1000, actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Where_nothing_is_rare_all_groups_have_none()
    {
        CountsSampler sampler = new(InstructionSets.Best);
        foreach (double probability in (double[])[0, double.Epsilon, 1e-300])
        {
            long[] histogram = new long[4097];
            sampler.Sample(Key, default, RareProbability.Round(probability), 4096, MaxGroups, histogram);
            Assert.Equal(MaxGroups, histogram[0]);
        }
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Sampling_allocates_nothing(string isa)
    {
        CountsSampler sampler = new(Widths.Parse(isa));
        long[] histogram = new long[4097];
        Assert.Equal(0, Allocation.Of(Sample));

        void Sample()
        {
            foreach (int groupSize in GroupCounterTests.GroupSizes)
            {
                sampler.Sample(Key, default, RareProbability.Round(0.3), groupSize, 64, histogram.AsSpan(0, groupSize + 1));
                sampler.Sample(Key, default, RareProbability.Round(0.3), groupSize, MaxGroups, histogram.AsSpan(0, groupSize + 1));
            }
        }
    }

    [Fact]
    public void What_cannot_be_sampled_is_refused()
    {
        CountsSampler sampler = new(InstructionSets.Best);
        Assert.Throws<ArgumentOutOfRangeException>("groupSize", () => sampler.Sample(Key, default, default, 1, 1, new long[2]));
        Assert.Throws<ArgumentOutOfRangeException>("groupSize", () => sampler.Sample(Key, default, default, 4097, 1, new long[4098]));
        Assert.Throws<ArgumentOutOfRangeException>("groups", () => sampler.Sample(Key, default, default, 2, -1, new long[3]));
        Assert.Throws<ArgumentOutOfRangeException>("groups", () => sampler.Sample(Key, default, default, 2, MaxGroups + 1, new long[3]));
        Assert.Throws<ArgumentOutOfRangeException>("histogram", () => sampler.Sample(Key, default, default, 2, 1, new long[4]));
    }

    private static long[] Filled(int length)
    {
        long[] histogram = new long[length];
        Array.Fill(histogram, -7);
        return histogram;
    }
}
