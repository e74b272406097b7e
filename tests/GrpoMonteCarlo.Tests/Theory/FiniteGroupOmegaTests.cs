using System.Numerics;
using GrpoMonteCarlo.Tests.Numerics;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Theory;

public class FiniteGroupOmegaTests
{
    public static TheoryData<string, int, double> Extremes()
    {
        var data = new TheoryData<string, int, double>();
        foreach (AdvantageRule rule in AdvantageRule.Named)
        {
            foreach (int groupSize in new[] { 2, 3, 16, 333 })
            {
                foreach (double p in new[] { 1e-12, 1e-6, 0.01, 0.3, 0.5, 0.97, 1 - 1e-12 })
                {
                    data.Add(rule.Name, groupSize, p);
                }
            }

            data.Add(rule.Name, 4096, 1e-12);
            data.Add(rule.Name, 4096, 0.4);
            data.Add(rule.Name, 4096, 0.999);
        }

        return data;
    }

    /// <summary>Against the definition, sum C(G,K) phi(K) p^(K-1) (1-p)^(G-K-1), in integers of thousands of bits.</summary>
    [Theory]
    [MemberData(nameof(Extremes))]
    public void Moments_match_the_definition(string ruleName, int groupSize, double p)
    {
        const double Epsilon = 1e-5;
        AdvantageRule rule = AdvantageRule.Named.Single(r => r.Name == ruleName);
        FiniteGroupOmega omega = rule.FiniteGroup(groupSize, Epsilon);
        (double expectedOmega, double expectedSlope, double mean, double variance, double informative) = Exact(rule.Scale(groupSize, Epsilon), p);

        var probability = SuccessProbability.FromP(p);
        GroupMoments moments = omega.MomentsAt(p, 1 - p);
        Assert.Equal(1, omega.At(probability) / expectedOmega, 2e-13);
        Assert.Equal(expectedSlope, omega.LogitDerivativeAt(probability) / probability.Variance, 1e-11 * Math.Max(Math.Abs(expectedSlope), expectedOmega));
        Assert.Equal(1, moments.MeanPhi / mean, 1e-12);
        Assert.Equal(variance, moments.VariancePhi, 1e-12 * (variance + (mean * mean)));
        Assert.Equal(1, moments.Informative / informative, 1e-12);
    }

    [Fact]
    public void Two_rollouts_make_grpo_dr_grpo()
    {
        // theory.md section 4: G = 2, epsilon -> 0: Omega_2 = 1; dr-grpo (G-1)/G, rloo 1.
        var p = SuccessProbability.FromP(0.37);
        Assert.Equal(1, Rule("grpo").FiniteGroup(2, 0).At(p), 1e-15);
        Assert.Equal(0.5, Rule("dr-grpo").FiniteGroup(2, 0).At(p), 1e-15);
        Assert.Equal(1, Rule("rloo").FiniteGroup(2, 0).At(p), 1e-15);
        Assert.Equal(1, Rule("rloo").FiniteGroup(333, 0).At(p), 1e-14);
        Assert.Equal(0, Rule("grpo").FiniteGroup(2, 0).LogitDerivativeAt(p));
    }

    [Theory]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-1e4)]
    [InlineData(1e4)]
    [InlineData(double.PositiveInfinity)]
    public void Edges_are_finite(double logit)
    {
        FiniteGroupOmega omega = Rule("grpo").FiniteGroup(16, 1e-5);
        var p = SuccessProbability.FromLogit(logit);
        Assert.Equal((1 - (1.0 / 16)) / Math.Sqrt((1.0 / 16 * (15.0 / 16)) + 1e-5), omega.At(p), 1e-14);
        Assert.Equal(0, omega.LogitDerivativeAt(p));
        Assert.Equal(new GroupMoments(0, 0, 0), omega.MomentsAt(p.P, p.OneMinusP));
    }

    [Theory]
    [InlineData("grpo", 1e-4)]
    [InlineData("dr-grpo", 0)]
    [InlineData("grpo-sample-std", 1e-6)]
    public void Large_groups_approach_the_population(string ruleName, double epsilon)
    {
        var p = SuccessProbability.FromP(0.3);
        double population = Rule(ruleName).Population(epsilon)!.At(p);
        double gapAt1024 = Rule(ruleName).FiniteGroup(1024, epsilon).At(p) - population;
        double gapAt4096 = Rule(ruleName).FiniteGroup(4096, epsilon).At(p) - population;
        Assert.Equal(4, gapAt1024 / gapAt4096, 0.02); // c_1/G + O(1/G^2)
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void Maxrl_has_the_population_form_but_for_the_groups_without_success(int groupSize)
    {
        var p = SuccessProbability.FromP(0.3);
        Assert.Equal((1 - Math.Pow(0.7, groupSize - 1)) / 0.3, Rule("maxrl").FiniteGroup(groupSize, 0).At(p), 1e-14);
    }

    [Fact]
    public void A_given_scale_table_is_the_rule()
    {
        AdvantageRule grpo = Rule("grpo");
        double[] table = [.. grpo.Scale(8, 1e-4)];
        var p = SuccessProbability.FromP(0.2);
        Assert.Equal(grpo.FiniteGroup(8, 1e-4).At(p), AdvantageRule.FromScale(table).FiniteGroup(8, 0).At(p));
        Assert.Null(AdvantageRule.FromScale(table).Population(0));
        Assert.Throws<ArgumentException>(() => AdvantageRule.FromScale(table).Scale(9, 0));
        Assert.Throws<ArgumentException>(() => AdvantageRule.FromScale([1, double.NaN, 1]));
        Assert.Throws<ArgumentException>(() => AdvantageRule.FromScale([1, -1, 1]));
        Assert.Throws<ArgumentException>(() => AdvantageRule.FromScale([1, 0, 1]));
        Assert.Throws<ArgumentException>(() => AdvantageRule.FromScale([1, 1]));
    }

    private static AdvantageRule Rule(string name) => AdvantageRule.Named.Single(r => r.Name == name);

    private static (double Omega, double Slope, double Mean, double Variance, double Informative) Exact(IReadOnlyList<double> scale, double p)
    {
        // Probabilities as fixed-point fractions, summed from the side of the rarer outcome: the first weight is at least 2^-4096.
        const int Bits = 4500;
        BigInteger one = BigInteger.One << Bits;
        BigRational exactP = BigRational.FromDouble(p);
        BigInteger success = exactP.Numerator * one / exactP.Denominator;
        BigInteger failure = one - success;
        bool successIsRare = success <= failure;
        (BigInteger rare, BigInteger common) = successIsRare ? (success, failure) : (failure, success);
        int g = scale.Count - 1;
        BigInteger weight = one;
        for (int i = 0; i < g; i++)
        {
            weight = weight * common >> Bits;
        }

        BigInteger mean = 0;
        BigInteger square = 0;
        BigInteger informative = 0;
        BigInteger slope = 0; // p(1-p) d/dp E phi = sum phi w (K - G p)
        for (int rareCount = 0; rareCount <= g && !weight.IsZero; rareCount++)
        {
            int k = successIsRare ? rareCount : g - rareCount;
            if (k > 0 && k < g)
            {
                BigRational s = BigRational.FromDouble(scale[k]);
                BigInteger phi = s.Numerator * one / s.Denominator * k * (g - k) / ((BigInteger)g * g);
                mean += phi * weight >> Bits;
                square += (phi * phi >> Bits) * weight >> Bits;
                informative += weight;
                slope += (phi * weight >> Bits) * ((k * one) - (g * success)) >> Bits;
            }

            weight = weight * rare / common * (g - rareCount) / (rareCount + 1);
        }

        BigInteger v = success * failure >> Bits;
        BigInteger variance = square - (mean * mean >> Bits);

        // Omega = mean / v; Omega' = (slope/v - Omega (1-2p)) / v.
        BigInteger omega = mean * one / v;
        BigInteger derivative = ((slope * one / v) - (omega * (failure - success) >> Bits)) * one / v;
        return (ToDouble(omega), ToDouble(derivative), ToDouble(mean), ToDouble(variance), ToDouble(informative));

        double ToDouble(BigInteger fixedPoint) => GrpoMonteCarlo.Numerics.ExactRatio.ToDouble(fixedPoint, one);
    }
}
