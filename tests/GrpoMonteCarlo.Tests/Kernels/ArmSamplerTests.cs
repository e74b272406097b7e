using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Tests.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

public class ArmSamplerTests
{
    private static readonly StreamKey Key = StreamKey.Derive(1, 2503, "arm-sampler-tests");

    // Rows that end within a chunk of words, at its end, and beyond; empty ones at both ends and in a row.
    private static readonly long[] Totals = [0, 1, 0, 0, 7, 504, 0, 512, 513, 3, 100_000, 31, 0];

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Every_width_equals_scalar(string isa)
    {
        // The same samplers throughout: what they drew before must not matter.
        ArmSampler sampler = new(Widths.Parse(isa)), specification = new(InstructionSet.Scalar);
        int replicate = 0;
        foreach (int arms in (int[])[1, 2, 3, 16, 64, 65, 1000, 4096])
        {
            foreach (double[] weights in ArmTableTests.Policies(arms).Take(9))
            {
                StreamAddress address = new(replicate++, 3, 2, StreamPurpose.SuccessArms);
                long[] expected = Filled(Totals.Length * arms), actual = Filled(Totals.Length * arms);
                specification.Draw(Key, address, weights, Totals, expected);
                sampler.Draw(Key, address, weights, Totals, actual);
                Assert.Equal(expected, actual);
                AssertSums(weights, Totals, actual);

                Array.Fill(actual, -7);
                specification.Place(Key, address, weights, Totals, expected);
                sampler.Place(Key, address, weights, Totals, actual);
                Assert.Equal(expected, actual);
                AssertSums(weights, Totals, actual);
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Draw_takes_the_words_of_its_address_in_order(int arms)
    {
        double[] weights = [.. Enumerable.Range(1, arms).Select(arm => 1.0 / arm)];
        StreamAddress address = new(5, 4, 3, StreamPurpose.FailureArms);
        WordBuffer words = new(InstructionSet.Scalar);
        words.Begin(Key, address);
        ArmTable table = new();
        table.Build(weights);
        long[] expected = new long[Totals.Length * arms], actual = Filled(Totals.Length * arms);
        for (int row = 0; row < Totals.Length; row++)
        {
            for (long draw = 0; draw < Totals[row]; draw++)
            {
                expected[(row * arms) + table.Arm(words.Next())]++;
            }
        }

        new ArmSampler(InstructionSets.Best).Draw(Key, address, weights, Totals, actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Place_is_conditional_binomials()
    {
        double[] weights = [0, 0.1, 0.5, 0, 0.3, 0];
        StreamAddress address = new(5, 4, 3, StreamPurpose.FailureArms);
        WordBuffer words = new(InstructionSet.Scalar);
        words.Begin(Key, address);
        long[] actual = Filled(3 * 6), totals = [1_000_000, 0, 2];
        List<long> expected = [];
        foreach (long total in totals)
        {
            double after = 0.5 + 0.3, from = 0.1 + after;
            long second = total == 0 ? 0 : BinomialVariate.Draw(total, 0.1 / from, after / from, words);
            long third = total == second ? 0 : BinomialVariate.Draw(total - second, 0.5 / after, 0.3 / after, words);
            expected.AddRange([0, second, third, 0, total - second - third, 0]);
        }

        new ArmSampler(InstructionSets.Best).Place(Key, address, weights, totals, actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Place_takes_as_many_as_a_binomial_does()
    {
        ArmSampler sampler = new(InstructionSets.Best);
        long[] totals = [1_000_000_000_000, 1, ArmSampler.MaxPlacedInRow];
        foreach (int arms in (int[])[2, 64, 4096])
        {
            foreach (double[] weights in ArmTableTests.Policies(arms))
            {
                long[] counts = Filled(totals.Length * arms);
                sampler.Place(Key, default, weights, totals, counts);
                AssertSums(weights, totals, counts);

                // Each arm of the first row is binomial: 7 sigma, for there are 100,000 of them. The plainest arms only.
                double sum = weights.Sum();
                for (int arm = 0; arm < arms; arm++)
                {
                    double mean = totals[0] * weights[arm] / sum, deviation = Math.Sqrt(mean * (1 - (weights[arm] / sum)));
                    if (mean > 1000 && deviation > 30)
                    {
                        Assert.InRange((counts[arm] - mean) / deviation, -7, 7);
                    }
                }
            }
        }
    }

    [Fact]
    public void Where_nothing_is_drawn_the_weights_do_not_matter()
    {
        ArmSampler sampler = new(InstructionSets.Best);
        long[] counts = Filled(6);
        sampler.Draw(Key, default, [0, 0, 0], [0, 0], counts);
        Assert.Equal(new long[6], counts);
        Array.Fill(counts, -7);
        sampler.Place(Key, default, [0, 0, 0], [0, 0], counts);
        Assert.Equal(new long[6], counts);
        sampler.Draw(Key, default, [0, 0, 0], [], []);
        sampler.Place(Key, default, [0, 0, 0], [], []);
    }

    [Theory, MemberData(nameof(Widths.Tested), MemberType = typeof(Widths))]
    public void Sampling_allocates_nothing(string isa)
    {
        ArmSampler sampler = new(Widths.Parse(isa));
        double[] weights = [.. Enumerable.Range(1, 300).Select(arm => 1.0 / arm)];
        long[] counts = new long[Totals.Length * weights.Length];
        Assert.Equal(0, Allocation.Of(Sample));

        void Sample()
        {
            sampler.Draw(Key, default, weights, Totals, counts);
            sampler.Place(Key, default, weights, Totals, counts);
            sampler.Draw(Key, default, weights.AsSpan(0, 5), Totals, counts.AsSpan(0, Totals.Length * 5));
            sampler.Place(Key, default, weights.AsSpan(0, 5), Totals, counts.AsSpan(0, Totals.Length * 5));
        }
    }

    [Fact]
    public void What_cannot_be_sampled_is_refused()
    {
        ArmSampler sampler = new(InstructionSets.Best);
        Sampling[] both = [sampler.Draw, sampler.Place];
        foreach (Sampling sample in both)
        {
            Assert.Throws<ArgumentOutOfRangeException>("weights", () => sample(Key, default, [], [1], []));
            Assert.Throws<ArgumentOutOfRangeException>("weights", () => sample(Key, default, new double[4097], [0], new long[4097]));
            Assert.Throws<ArgumentOutOfRangeException>("counts", () => sample(Key, default, [1, 1], [1, 1], new long[5]));
            Assert.Throws<ArgumentOutOfRangeException>("totals", () => sample(Key, default, [1, 1], [2, -1], new long[4]));
            Assert.Throws<ArgumentException>("weights", () => sample(Key, default, [0, 0], [1], new long[2]));
            Assert.Throws<ArgumentException>("weights", () => sample(Key, default, [2, -1], [1], new long[2]));
            Assert.Throws<ArgumentException>("weights", () => sample(Key, default, [2, double.NaN], [1], new long[2]));
        }

        Assert.Throws<ArgumentOutOfRangeException>("totals", () => sampler.Draw(Key, default, [1, 1], [1, ArmSampler.MaxDraws], new long[4]));
        Assert.Throws<ArgumentOutOfRangeException>(
            "totals", () => sampler.Place(Key, default, [1, 1], [ArmSampler.MaxPlacedInRow + 1], new long[2]));
    }

    private delegate void Sampling(
        StreamKey key, StreamAddress address, ReadOnlySpan<double> weights, ReadOnlySpan<long> totals, Span<long> counts);

    private static void AssertSums(double[] weights, long[] totals, long[] counts)
    {
        for (int row = 0; row < totals.Length; row++)
        {
            long[] rowCounts = counts[(row * weights.Length)..((row + 1) * weights.Length)];
            Assert.Equal(totals[row], rowCounts.Sum());
            Assert.True(rowCounts.All(count => count >= 0));
            Assert.True(rowCounts.Zip(weights).All(arm => arm.Second > 0 || arm.First == 0));
        }
    }

    private static long[] Filled(int length)
    {
        long[] counts = new long[length];
        Array.Fill(counts, -7);
        return counts;
    }
}
