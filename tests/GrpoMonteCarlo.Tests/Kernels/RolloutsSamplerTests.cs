using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Tests.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

public class RolloutsSamplerTests
{
    private static readonly StreamKey Key = StreamKey.Derive(1, 2503, "rollouts-sampler-tests");

    private static readonly double[] Probabilities =
        [0, Math.ScaleB(1, -1000), 1e-12, 1e-6, 0.1, 0.3, 1.0 / 3, Math.ScaleB(0xFFFF_FFFFUL, -33), 0.5];

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Every_width_equals_scalar(string isa)
    {
        // The same samplers throughout: what they drew before must not matter.
        RolloutsSampler sampler = new(Widths.Parse(isa));
        RolloutsSampler specification = new(InstructionSet.Scalar);
        System.Random random = new(1);
        int update = 0;
        foreach (int groupSize in GroupCounterTests.GroupSizes)
        {
            foreach (double probability in Probabilities)
            {
                // None, one, a few, and enough that groups straddle chunks of 32 blocks.
                foreach (long groups in (long[])[0, 1, random.Next(2, 50), random.Next(50_000) / groupSize])
                {
                    RareProbability q = RareProbability.Round(probability) with { IsAtUpperEnd = update % 3 == 0 };
                    StreamAddress address = new(update, update % 7, update % 5, StreamPurpose.Rollouts);
                    update++;
                    long[] expected = Filled(groupSize + 1);
                    long[] actual = Filled(groupSize + 1);
                    specification.Sample(Key, address, q, groupSize, groups, expected);
                    sampler.Sample(Key, address, q, groupSize, groups, actual);
                    Assert.Equal(expected, actual);
                    Assert.Equal(groups, actual.Sum());
                }
            }
        }
    }

    [Fact]
    public void An_update_that_is_cancelled_ends_in_its_middle_and_the_sampler_can_be_used_again()
    {
        RolloutsSampler sampler = new(InstructionSets.Best) { Cancellation = new CancellationToken(canceled: true) };
        StreamAddress address = new(12, 3, 1, StreamPurpose.Rollouts);
        long[] histogram = new long[5];
        Assert.Throws<OperationCanceledException>(() => sampler.Sample(Key, address, RareProbability.Round(0.3), 4, 1 << 24, histogram));
        sampler.Cancellation = CancellationToken.None;
        sampler.Sample(Key, address, RareProbability.Round(0.3), 4, 1000, histogram);
        Assert.Equal([243L, 413, 251, 85, 8], histogram);
    }

    [Fact]
    public void Stream_v1_stays_what_it_is()
    {
        // From an independent implementation in big integers. Never edited to make a test pass: other numbers are another
        // stream version.
        RolloutsSampler sampler = new(InstructionSets.Best);
        long[] histogram = new long[5];
        sampler.Sample(Key, new StreamAddress(12, 3, 1, StreamPurpose.Rollouts), RareProbability.Round(0.3), 4, 1000, histogram);
        Assert.Equal([243L, 413, 251, 85, 8], histogram);
        histogram = new long[6];
        StreamAddress far = new(1L << 39, 1 << 19, 1 << 19, StreamPurpose.Rollouts);
        sampler.Sample(Key, far, RareProbability.Round(0.5), 5, 100_000, histogram);
        Assert.Equal([3251L, 15669, 31235, 31185, 15525, 3135], histogram);
    }

    [Fact]
    public void An_address_and_a_key_are_streams_of_their_own()
    {
        RolloutsSampler sampler = new(InstructionSets.Best);
        RareProbability q = RareProbability.Round(0.3);
        List<string> histograms = [];
        (StreamKey Key, StreamAddress Address)[] places =
        [
            (Key, new StreamAddress(0, 0, 0, StreamPurpose.Rollouts)), (Key, new StreamAddress(1, 0, 0, StreamPurpose.Rollouts)),
            (Key, new StreamAddress(0, 1, 0, StreamPurpose.Rollouts)), (Key, new StreamAddress(0, 0, 1, StreamPurpose.Rollouts)),
            (Key, new StreamAddress(0, 0, 0, (StreamPurpose)1)), (new StreamKey(Key.K0, Key.K1 + 1), default),
        ];
        foreach ((StreamKey key, StreamAddress address) in places)
        {
            long[] histogram = new long[65];
            sampler.Sample(key, address, q, 64, 10_000, histogram);
            histograms.Add(string.Join(' ', histogram));
        }

        Assert.Equal(places.Length, histograms.Distinct().Count());
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Sampling_allocates_nothing(string isa)
    {
        RolloutsSampler sampler = new(Widths.Parse(isa));
        long[] histogram = new long[4097];
        RareProbability q = RareProbability.Round(0.3);
        Assert.Equal(0, Allocation.Of(Sample));

        void Sample()
        {
            foreach (int groupSize in GroupCounterTests.GroupSizes)
            {
                sampler.Sample(Key, default, q, groupSize, 1 + (40_000 / groupSize), histogram.AsSpan(0, groupSize + 1));
            }
        }
    }

    [Fact]
    public void What_cannot_be_sampled_is_refused()
    {
        RolloutsSampler sampler = new(InstructionSets.Best);
        Assert.Throws<ArgumentOutOfRangeException>("groupSize", () => sampler.Sample(Key, default, default, 1, 1, new long[2]));
        Assert.Throws<ArgumentOutOfRangeException>("groupSize", () => sampler.Sample(Key, default, default, 4097, 1, new long[4098]));
        Assert.Throws<ArgumentOutOfRangeException>("groups", () => sampler.Sample(Key, default, default, 2, -1, new long[3]));
        Assert.Throws<ArgumentOutOfRangeException>("groups", () => sampler.Sample(Key, default, default, 2, (1L << 39) + 1, new long[3]));
        Assert.Throws<ArgumentOutOfRangeException>("histogram", () => sampler.Sample(Key, default, default, 2, 1, new long[4]));
    }

    private static long[] Filled(int length)
    {
        long[] histogram = new long[length];
        Array.Fill(histogram, -7);
        return histogram;
    }
}
