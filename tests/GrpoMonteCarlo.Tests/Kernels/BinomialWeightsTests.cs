using System.Numerics;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Tests.Numerics;

namespace GrpoMonteCarlo.Tests.Kernels;

public class BinomialWeightsTests
{
    [Theory]
    [InlineData(2, 0.5)]
    [InlineData(2, 0.3)]
    [InlineData(3, 1e-6)]
    [InlineData(16, 0.3)]
    [InlineData(33, 1e-12)]
    [InlineData(64, 0.1)]
    [InlineData(100, 0.4999)]
    [InlineData(1024, 0.3)]
    [InlineData(1024, 1e-4)]
    [InlineData(4096, 0.5)]
    [InlineData(4096, 0.01)]
    public void Shares_are_exact_to_2_to_the_minus_43_and_none_above_2_to_the_minus_64_is_missing(int groupSize, double probability)
    {
        RareProbability q = RareProbability.Round(probability);
        BinomialWeights weights = new(4096);
        weights.Set(7, 0.25); // What it held before must not matter.
        weights.Set(groupSize, q.Value);
        double[] shares = new double[groupSize + 1];
        for (int j = 0; j < weights.Count; j++)
        {
            Assert.Equal(0, shares[weights.Values[j]]);
            shares[weights.Values[j]] = weights.Weights[j] / weights.Remaining[0];
        }

        // q = m 2^-e: P(K = k) = C(G, k) m^k (2^e - m)^(G-k) / 2^(e G).
        BigRational exactQ = BigRational.FromDouble(q.Value);
        BigInteger rest = exactQ.Denominator - exactQ.Numerator, whole = BigInteger.Pow(exactQ.Denominator, groupSize);
        BigInteger numerator = BigInteger.Pow(rest, groupSize);
        for (int k = 0; k <= groupSize; k++)
        {
            double exact = ExactRatio.ToDouble(numerator, whole);
            if (exact > Math.ScaleB(1, -64))
            {
                Assert.InRange((shares[k] / exact) - 1, -Math.ScaleB(1, -43), Math.ScaleB(1, -43));
            }

            numerator = numerator * (groupSize - k) * exactQ.Numerator / ((k + 1) * rest);
        }
    }

    [Fact]
    public void Values_go_outwards_from_the_mode_and_what_remains_is_their_sum()
    {
        BinomialWeights weights = new(8);
        weights.Set(6, 0.3);
        Assert.Equal([2, 3, 1, 4, 0, 5, 6], weights.Values.ToArray());
        Assert.Equal(0, weights.Remaining[7]);
        Assert.Equal(weights.Weights[6], weights.Remaining[6]);
        Assert.Equal(weights.Weights[5] + weights.Weights[6], weights.Remaining[5]);
    }

    [Fact]
    public void Large_groups_of_few_likely_values_are_cheap()
    {
        BinomialWeights weights = new(4096);
        weights.Set(4096, 1e-6);
        Assert.InRange(weights.Count, 5, 20);
    }
}
