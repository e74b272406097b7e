using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Tests.Kernels;

/// <summary>The histograms' law over many updates: means, variances and covariances, 5 sigma on both sides.</summary>
public class CountsLawTests
{
    // Fewer expected events than this are no test of a variance.
    private const double FewestEvents = 500;

    public static TheoryData<double, int, long> Cases()
    {
        TheoryData<double, int, long> cases = [];
        foreach (double probability in (double[])[1e-6, 0.1, 0.3, 0.5])
        {
            foreach (int groupSize in (int[])[2, 3, 16, 33, 64, 100, 1024])
            {
                foreach (long groups in (long[])[1, 7, 64, 65_536, 1_000_000_000])
                {
                    cases.Add(probability, groupSize, groups);
                }
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Updates_are_multinomial(double probability, int groupSize, long groups)
    {
        int updates = groupSize > 100 ? 2_000 : 10_000;
        double[] shares = RolloutsLawTests.Binomial(groupSize, RareProbability.Round(probability).Value);
        Moments[] single = new Moments[groupSize + 1], upTo = new Moments[groupSize + 1], outer = new Moments[groupSize + 1];
        long[] sums = new long[groupSize + 1];
        foreach (long[] histogram in Histograms(probability, groupSize, groups, updates))
        {
            long cumulated = 0;
            double cumulatedShare = 0;
            for (int k = 0; k <= groupSize; k++)
            {
                sums[k] += histogram[k];
                cumulated += histogram[k];
                cumulatedShare += shares[k];
                single[k].Add(histogram[k] - (groups * shares[k]));
                upTo[k].Add(cumulated - (groups * cumulatedShare));
                outer[k].Add(histogram[k] + histogram[groupSize - k] - (groups * (shares[k] + shares[groupSize - k])));
            }

            Assert.Equal(groups, cumulated);
        }

        // The groups with K in any set are binomial: each K, each K and all below it, each pair K and G - K. Sums of counts
        // have the right variance just if the counts have the right covariances.
        double below = 0;
        for (int k = 0; k <= groupSize; k++)
        {
            below += shares[k];
            single[k].AssertBinomial(groups, shares[k], 1 - shares[k], updates);
            upTo[k].AssertBinomial(groups, below, shares[(k + 1)..].Sum(), updates);
            if (2 * k != groupSize)
            {
                double pair = shares[k] + shares[groupSize - k];
                outer[k].AssertBinomial(groups, pair, 1 - pair, updates);
            }
        }

        (double chiSquare, int cells) = RolloutsLawTests.ChiSquare(sums, [.. shares.Select(share => share * updates * groups)]);
        if (cells > 1)
        {
            double spread = 2 / (9.0 * (cells - 1));
            Assert.InRange((Math.Cbrt(chiSquare / (cells - 1)) - (1 - spread)) / Math.Sqrt(spread), -5, 5);
        }
    }

    private static IEnumerable<long[]> Histograms(double probability, int groupSize, long groups, int updates)
    {
        CountsSampler sampler = new(InstructionSets.Best);
        RareProbability q = RareProbability.Round(probability);
        StreamKey key = StreamKey.Derive(1, 42, "counts-law-tests");
        long[] histogram = new long[groupSize + 1];
        for (int update = 0; update < updates; update++)
        {
            sampler.Sample(key, new StreamAddress(update, groupSize, (int)(groups % 1000), StreamPurpose.Rollouts), q, groupSize, groups, histogram);
            yield return histogram;
        }
    }

    private struct Moments
    {
        private double _sum;
        private double _squares;

        public void Add(double deviation)
        {
            _sum += deviation;
            _squares += deviation * deviation;
        }

        public readonly void AssertBinomial(long n, double p, double complement, int updates)
        {
            double variance = n * p * complement;
            if (updates * n * Math.Min(p, complement) < FewestEvents)
            {
                return;
            }

            // E d^4 - (E d^2)^2 = V (1 - 6pq) + 2 V^2 is the variance of d^2.
            double fourth = (variance * (1 - (6 * p * complement))) + (2 * variance * variance);
            Assert.InRange(_sum / Math.Sqrt(updates * variance), -5, 5);

            // At n = 1 and p near 1/2 d^2 hardly varies: then it is the mean that is tested.
            if (fourth > 0.01 * variance)
            {
                Assert.InRange((_squares - (updates * variance)) / Math.Sqrt(updates * fourth), -5, 5);
            }
        }
    }
}
