using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

/// <summary>
/// The law of the arms, drawn one by one and placed in whole rows: chi-square over all draws, then the spread of single rows about their
/// means and of the arms of their first half, fixed seeds, 5 sigma on both sides.
/// </summary>
public class ArmsLawTests
{
    private const int Calls = 400;

    // Together 8,000 draws a call and 3.2 million in all, some rows too short for all arms.
    private static readonly long[] Totals = [1, 9, 90, 900, 7_000, 0];

    public static TheoryData<string, int, bool> Cases()
    {
        TheoryData<string, int, bool> cases = [];
        foreach (string policy in (string[])["uniform", "zipf", "rare"])
        {
            foreach (int arms in (int[])[2, 3, 64, 4096])
            {
                cases.Add(policy, arms, false);
                cases.Add(policy, arms, true);
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Rows_are_multinomial(string policy, int arms, bool placed)
    {
        double[] weights = Weights(policy, arms);
        double sum = weights.Sum();
        double[] shares = [.. weights.Select(weight => weight / sum)];
        ArmSampler sampler = new(InstructionSets.Best);
        StreamKey key = StreamKey.Derive(1, 42, $"arms-law-tests/{policy}");
        long[] counts = new long[Totals.Length * arms], sums = new long[arms];
        double pearson = 0, pearsonVariance = 0, halves = 0;
        for (int call = 0; call < Calls; call++)
        {
            StreamAddress address = new(call, arms, placed ? 1 : 0, StreamPurpose.SuccessArms);
            if (placed)
            {
                sampler.Place(key, address, weights, Totals, counts);
            }
            else
            {
                sampler.Draw(key, address, weights, Totals, counts);
            }

            for (int row = 0; row < Totals.Length; row++)
            {
                ReadOnlySpan<long> rowCounts = counts.AsSpan(row * arms, arms);
                for (int arm = 0; arm < arms; arm++)
                {
                    sums[arm] += rowCounts[arm];
                }

                (double one, double variance) = Pearson(rowCounts, shares, Totals[row]);
                pearson += one;
                pearsonVariance += variance;
                halves += Halves(rowCounts, shares, Totals[row]);
            }
        }

        double draws = (double)Totals.Sum() * Calls;
        Assert.Equal((long)draws, sums.Sum());
        Assert.All(shares.Zip(sums), arm => Assert.True(arm.First > 0 || arm.Second == 0));
        (double chiSquare, int cells) = RolloutsLawTests.ChiSquare(sums, [.. shares.Select(share => share * draws)]);
        if (cells > 1)
        {
            double spread = 2 / (9.0 * (cells - 1));
            Assert.InRange((Math.Cbrt(chiSquare / (cells - 1)) - (1 - spread)) / Math.Sqrt(spread), -5, 5);
        }

        // If rows vary as they should, both sums are N(0, their variance), nearly. That takes more than one arm that is not rare.
        bool hasPlainArms = shares.Count(share => share > 1e-5) > 1;
        Assert.Equal(hasPlainArms, pearsonVariance > 0);
        if (hasPlainArms)
        {
            Assert.InRange(pearson / Math.Sqrt(pearsonVariance), -5, 5);
            Assert.InRange(halves / Math.Sqrt(2 * 2 * Calls), -5, 5);
        }
    }

    private static double[] Weights(string policy, int arms)
    {
        double[] weights = [.. Enumerable.Range(1, arms).Select(arm => policy == "zipf" ? 1.0 / arm : 1.0)];
        if (policy == "rare")
        {
            // One of 1e-6, one of 0: with two arms there is but one left.
            weights[0] = arms == 2 ? 1 : 1e-6 * arms;
            weights[arms / 2] = 0;
        }

        return weights;
    }

    // sum (x - np)^2 / (np) less its mean, and its exact variance 2 (c-1) + (sum 1/p - c^2 - 2c + 2) / n. The c cells are the arms of
    // np above 1/4, but that the first of them is one with all that are rarer.
    private static (double Excess, double Variance) Pearson(ReadOnlySpan<long> counts, double[] shares, long n)
    {
        double chiSquare = 0, inverse = 0, pooledShare = 0;
        long pooled = 0;
        int cells = 0;
        for (int arm = 0; arm < shares.Length; arm++)
        {
            if (n * shares[arm] <= 0.25 || cells == 0)
            {
                pooled += counts[arm];
                pooledShare += shares[arm];
                cells += n * shares[arm] > 0.25 ? 1 : 0;
                continue;
            }

            chiSquare += (counts[arm] - (n * shares[arm])) * (counts[arm] - (n * shares[arm])) / (n * shares[arm]);
            inverse += 1 / shares[arm];
            cells++;
        }

        if (cells < 2)
        {
            return (0, 0);
        }

        chiSquare += (pooled - (n * pooledShare)) * (pooled - (n * pooledShare)) / (n * pooledShare);
        inverse += 1 / pooledShare;
        return (chiSquare - (cells - 1), (2.0 * (cells - 1)) + ((inverse - ((double)cells * cells) - (2 * cells) + 2) / n));
    }

    // The square of the first half's standardised count less 1, in the two longest rows: it has the right variance just if the
    // arms within it have the right covariances.
    private static double Halves(ReadOnlySpan<long> counts, double[] shares, long n)
    {
        if (n < 900)
        {
            return 0;
        }

        double share = 0;
        long count = 0;
        for (int arm = 0; arm < (shares.Length + 1) / 2; arm++)
        {
            share += shares[arm];
            count += counts[arm];
        }

        double deviation = (count - (n * share)) / Math.Sqrt(n * share * (1 - share));
        return (deviation * deviation) - 1;
    }
}
