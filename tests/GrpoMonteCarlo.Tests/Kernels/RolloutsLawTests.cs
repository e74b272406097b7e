using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

/// <summary>The histogram's law is exactly multinomial over Binomial(G, q): chi-square, fixed seeds, 5 sigma on both sides.</summary>
public class RolloutsLawTests
{
    private const int Repetitions = 20;

    [Theory]
    [InlineData(1e-6, 2, 5_000_000)]
    [InlineData(1e-6, 3, 4_000_000)]
    [InlineData(1e-6, 16, 1_000_000)]
    [InlineData(1e-6, 33, 500_000)]
    [InlineData(1e-6, 64, 500_000)]
    [InlineData(1e-6, 100, 200_000)]
    [InlineData(1e-6, 1024, 50_000)]
    [InlineData(0.03, 16, 200_000)]
    [InlineData(0.3, 2, 5_000_000)] // 10^8 groups in all.
    [InlineData(0.3, 3, 200_000)]
    [InlineData(0.3, 5, 200_000)]
    [InlineData(0.3, 16, 200_000)]
    [InlineData(0.3, 33, 100_000)]
    [InlineData(0.3, 64, 100_000)]
    [InlineData(0.3, 100, 50_000)]
    [InlineData(0.3, 1024, 10_000)]
    [InlineData(1.0 / 3, 8, 200_000)]
    [InlineData(0.5, 2, 500_000)]
    [InlineData(0.5, 3, 500_000)]
    [InlineData(0.5, 16, 200_000)]
    [InlineData(0.5, 33, 100_000)]
    [InlineData(0.5, 64, 100_000)]
    [InlineData(0.5, 100, 100_000)]
    [InlineData(0.5, 1024, 10_000)]
    public void Groups_by_K_are_binomial(double probability, int groupSize, long groups)
    {
        RolloutsSampler sampler = new(InstructionSets.Best);
        RareProbability q = RareProbability.Round(probability);
        StreamKey key = StreamKey.Derive(1, 42, "rollouts-law-tests");
        long[] histogram = new long[groupSize + 1];
        double[] expected = [.. Binomial(groupSize, q.Value).Select(share => share * groups)];
        double chiSquare = 0, degrees = 0;
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            sampler.Sample(key, new StreamAddress(repetition, groupSize, 0, StreamPurpose.Rollouts), q, groupSize, groups, histogram);
            (double sum, int cells) = ChiSquare(histogram, expected);
            chiSquare += sum;
            degrees += cells - 1;
        }

        // Wilson and Hilferty: the cube root of chi-square / degrees is normal.
        double spread = 2 / (9 * degrees);
        double z = (Math.Cbrt(chiSquare / degrees) - (1 - spread)) / Math.Sqrt(spread);
        Assert.InRange(z, -5, 5);
    }

    [Fact]
    public void Small_updates_have_the_same_law()
    {
        // Most updates are small: 20,000 of 8 groups of 16, each with its own address.
        const int GroupSize = 16, Updates = 20_000, Groups = 8;
        RolloutsSampler sampler = new(InstructionSets.Best);
        RareProbability q = RareProbability.Round(0.3);
        long[] histogram = new long[GroupSize + 1];
        long[] sum = new long[GroupSize + 1];
        for (int update = 0; update < Updates; update++)
        {
            sampler.Sample(new StreamKey(5, 6), new StreamAddress(update, 0, 0, StreamPurpose.Rollouts), q, GroupSize, Groups, histogram);
            for (int k = 0; k < sum.Length; k++)
            {
                sum[k] += histogram[k];
            }
        }

        (double chiSquare, int cells) = ChiSquare(sum, [.. Binomial(GroupSize, q.Value).Select(share => share * Updates * Groups)]);
        double spread = 2 / (9.0 * (cells - 1));
        Assert.InRange((Math.Cbrt(chiSquare / (cells - 1)) - (1 - spread)) / Math.Sqrt(spread), -5, 5);
    }

    [Fact]
    public void Every_lane_of_a_block_has_its_own_fair_share()
    {
        // G = 512 lanes seen through their mean: neighbours, words and planes must be independent for the variance to hold.
        const int GroupSize = 512, Groups = 200_000;
        RolloutsSampler sampler = new(InstructionSets.Best);
        RareProbability q = RareProbability.Round(0.3);
        long[] histogram = new long[GroupSize + 1];
        sampler.Sample(new StreamKey(7, 8), default, q, GroupSize, Groups, histogram);
        double mean = 0, square = 0;
        for (int k = 0; k <= GroupSize; k++)
        {
            mean += (double)k * histogram[k] / Groups;
            square += (double)k * k * histogram[k] / Groups;
        }

        double variance = GroupSize * q.Value * (1 - q.Value);
        Assert.InRange((mean - (GroupSize * q.Value)) / Math.Sqrt(variance / Groups), -5, 5);
        Assert.InRange(((square - (mean * mean)) / variance) - 1, -5 * Math.Sqrt(2.0 / Groups), 5 * Math.Sqrt(2.0 / Groups));
    }

    // Cells of fewer than 10 expected groups are pooled into one.
    internal static (double ChiSquare, int Cells) ChiSquare(long[] counts, double[] expected)
    {
        double chiSquare = 0, pooledCount = 0, pooledExpected = 0;
        int cells = 0;
        for (int k = 0; k < counts.Length; k++)
        {
            if (expected[k] < 10)
            {
                pooledCount += counts[k];
                pooledExpected += expected[k];
            }
            else
            {
                chiSquare += (counts[k] - expected[k]) * (counts[k] - expected[k]) / expected[k];
                cells++;
            }
        }

        // A pool this rare is no chi-square cell: it only must not be crowded.
        if (pooledExpected < 5)
        {
            Assert.InRange(pooledCount, 0, 30);
            return (chiSquare, cells);
        }

        return (chiSquare + ((pooledCount - pooledExpected) * (pooledCount - pooledExpected) / pooledExpected), cells + 1);
    }

    // P(K = 0..G), outward from the mode by ratios of neighbours, then scaled to sum 1.
    internal static double[] Binomial(int groupSize, double q)
    {
        double[] shares = new double[groupSize + 1];
        int mode = (int)((groupSize + 1) * q);
        shares[mode] = 1;
        for (int k = mode; k < groupSize; k++)
        {
            shares[k + 1] = shares[k] * (groupSize - k) / (k + 1) * (q / (1 - q));
        }

        for (int k = mode; k > 0; k--)
        {
            shares[k - 1] = shares[k] * k / (groupSize - k + 1) * ((1 - q) / q);
        }

        double sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }
}
