using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

/// <summary>The histogram's law is exactly multinomial over Binomial(G, q): chi-square, fixed seeds, 5 sigma on both sides.</summary>
public class GroupsLawTests
{
    private const int Repetitions = 20;

    public static TheoryData<double, int> Cases()
    {
        TheoryData<double, int> data = [];
        foreach (double probability in (double[])[1e-6, 0.1, 0.3, 0.5])
        {
            foreach (int groupSize in (int[])[2, 3, 16, 33, 64, 100, 1024, 4096])
            {
                data.Add(probability, groupSize);
            }
        }

        return data;
    }

    // 2 10^7 groups in each case, 10^8 for G = 2 and G = 16.
    [Theory, MemberData(nameof(Cases))]
    public void Groups_by_K_are_binomial(double probability, int groupSize)
    {
        long groups = groupSize is 2 or 16 ? 5_000_000 : 1_000_000;
        GroupsSampler sampler = new(InstructionSets.Best);
        RareProbability q = RareProbability.Round(probability);
        StreamKey key = StreamKey.Derive(1, 42, "groups-law-tests");
        long[] histogram = new long[groupSize + 1];
        double[] expected = [.. RolloutsLawTests.Binomial(groupSize, q.Value).Select(share => share * groups)];
        double chiSquare = 0, degrees = 0;
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            sampler.Sample(key, new StreamAddress(repetition, groupSize, 0, StreamPurpose.Groups), q, groupSize, groups, histogram);
            (double sum, int cells) = RolloutsLawTests.ChiSquare(histogram, expected);
            chiSquare += sum;
            degrees += cells - 1;
        }

        AssertWithinFiveSigma(chiSquare, degrees);
    }

    [Theory]
    [InlineData(2, 16, 40_000)]
    [InlineData(16, 16, 20_000)]
    [InlineData(64, 16, 20_000)]
    [InlineData(1024, 16, 10_000)]
    [InlineData(2, 1023, 40_000)]
    [InlineData(16, 1023, 40_000)]
    [InlineData(64, 1023, 40_000)]
    [InlineData(1024, 1023, 4_000)]
    public void Small_updates_have_the_same_law(int groupSize, int maxGroups, int updates)
    {
        // Each update has its own address and 1 to maxGroups groups. All draw a first digit of 16 bits.
        GroupsSampler sampler = new(InstructionSets.Best);
        RareProbability q = RareProbability.Round(0.3);
        long[] histogram = new long[groupSize + 1];
        long[] sum = new long[groupSize + 1];
        for (int update = 0; update < updates; update++)
        {
            StreamAddress address = new(update, 0, 0, StreamPurpose.Groups);
            sampler.Sample(new StreamKey(5, 6), address, q, groupSize, 1 + (update % maxGroups), histogram);
            for (int k = 0; k < sum.Length; k++)
            {
                sum[k] += histogram[k];
            }
        }

        double[] expected = [.. RolloutsLawTests.Binomial(groupSize, q.Value).Select(share => share * sum.Sum())];
        (double chiSquare, int cells) = RolloutsLawTests.ChiSquare(sum, expected);
        AssertWithinFiveSigma(chiSquare, cells - 1);
    }

    [Fact]
    public void Updates_vary_as_independent_groups_do()
    {
        // The variance, between updates, of the mean of K: G q (1 - q) / M.
        const int GroupSize = 16, Groups = 50, Updates = 100_000;
        GroupsSampler sampler = new(InstructionSets.Best);
        RareProbability q = RareProbability.Round(0.3);
        long[] histogram = new long[GroupSize + 1];
        double variance = GroupSize * q.Value * (1 - q.Value) * Groups, square = 0;
        for (int update = 0; update < Updates; update++)
        {
            sampler.Sample(new StreamKey(7, 8), new StreamAddress(update, 0, 0, StreamPurpose.Groups), q, GroupSize, Groups, histogram);
            double sum = -Groups * GroupSize * q.Value;
            for (int k = 0; k <= GroupSize; k++)
            {
                sum += (double)k * histogram[k];
            }

            square += sum * sum / Updates;
        }

        Assert.InRange((square / variance) - 1, -5 * Math.Sqrt(2.0 / Updates), 5 * Math.Sqrt(2.0 / Updates));
    }

    // Wilson and Hilferty: the cube root of chi-square / degrees is normal. Without degrees there is nothing to see.
    private static void AssertWithinFiveSigma(double chiSquare, double degrees)
    {
        if (degrees > 0)
        {
            double spread = 2 / (9 * degrees);
            Assert.InRange((Math.Cbrt(chiSquare / degrees) - (1 - spread)) / Math.Sqrt(spread), -5, 5);
        }
    }
}
