using System.Numerics;
using GrpoMonteCarlo.Kernels;

namespace GrpoMonteCarlo.Tests.Kernels;

public class BinomialThresholdsTests
{
    private static readonly BigInteger One = BigInteger.One << 96;

    public static TheoryData<double, int> Cases()
    {
        TheoryData<double, int> data = [];
        foreach (double probability in (double[])[1e-12, 1e-6, 1e-3, 0.03, 0.1, 0.3, 1.0 / 3, 0.49999, 0.5])
        {
            foreach (int groupSize in (int[])[2, 3, 4, 16, 33, 64, 100, 1024, 4096])
            {
                data.Add(probability, groupSize);
            }
        }

        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Every_probability_above_2_to_the_minus_64_is_right_to_30_bits(double probability, int groupSize)
    {
        RareProbability q = RareProbability.Round(probability);
        BinomialThresholds table = new(4096);
        table.Build(RareProbability.Round(0.2), 100); // What was there before must not matter.
        table.Build(q, groupSize);

        // P(K = k) 2^(e G) = C(G, k) m^k (2^e - m)^(G - k), an integer; the next one is the last one's exact quotient.
        BigInteger rare = q.Mantissa, common = (BigInteger.One << q.Exponent) - rare;
        BigInteger exact = BigInteger.Pow(common, groupSize);
        int scale = q.Exponent * groupSize;
        BigInteger before = 0;
        for (int k = 0; k <= groupSize; k++)
        {
            BigInteger threshold = Threshold(table, k);
            BigInteger weight = threshold - before;
            before = threshold;
            Assert.True(weight >= 0);
            if (exact >> (scale - 64) > 0)
            {
                BigInteger error = BigInteger.Abs((weight << (scale - 96)) - exact);
                Assert.True(error << 30 < exact, $"P(K = {k})");
            }

            exact = exact * (groupSize - k) * rare / ((k + 1) * common);
        }

        Assert.Equal(One, before);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(0, 4096)]
    [InlineData(1e-300, 4096)]
    [InlineData(double.Epsilon, 16)]
    public void Where_only_zero_can_occur_there_is_no_threshold(double probability, int groupSize)
    {
        BinomialThresholds table = new(4096);
        table.Build(RareProbability.Round(probability), groupSize);
        Assert.Equal((0, 0), (table.First, table.Last));
    }

    [Fact]
    public void A_half_is_exact()
    {
        BinomialThresholds table = new(4096);
        table.Build(RareProbability.Round(0.5), 3);
        Assert.Equal((0, 3), (table.First, table.Last));
        Assert.Equal([One / 8, One / 2, One / 8 * 7], Enumerable.Range(0, 3).Select(k => Threshold(table, k)));
    }

    internal static BigInteger Threshold(BinomialThresholds table, int k)
    {
        if (k < table.First || k >= table.Last)
        {
            return k < table.First ? 0 : One;
        }

        Assert.Equal(0u, (uint)table.Low[k]);
        return ((BigInteger)table.High[k] << 32) + (table.Low[k] >> 32);
    }
}
