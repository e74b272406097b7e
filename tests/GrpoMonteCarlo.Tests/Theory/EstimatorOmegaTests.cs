using System.Diagnostics;
using System.Numerics;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>The Omegas of the estimators other than importance weighting, and of verifier noise, against their definitions.</summary>
public class EstimatorOmegaTests
{
    private const double Epsilon = 1e-5;

    private static readonly double[] Probabilities = [1e-12, 1e-6, 0.01, 0.3, 0.5, 0.97, 1 - 1e-12];

    private static AdvantageRule Grpo => AdvantageRule.Named[0];

    [Theory]
    [InlineData("grpo", 2)]
    [InlineData("grpo", 3)]
    [InlineData("maxrl", 16)]
    [InlineData("grpo-sample-std", 16)]
    [InlineData("grpo", 333)]
    public void Plug_in_is_the_mean_scale(string ruleName, int groupSize)
    {
        IReadOnlyList<double> scale = Rule(ruleName).Scale(groupSize, Epsilon);
        var omega = new PlugInOmega(scale);
        foreach (double p in Probabilities)
        {
            var exact = new ExactBinomial(groupSize, p);
            BigInteger s(int k) => exact.FromDouble(scale[k]);
            AssertOmega(omega, p, exact.ToDouble(exact.Mean(s)), exact.ToDouble(exact.LogitSlope(s)));
        }

        Assert.Equal(scale[0], omega.At(SuccessProbability.FromP(0)));
        Assert.Equal(scale[^1], omega.At(SuccessProbability.FromP(1)));
        Assert.Equal(scale.Max(), omega.LargestFrom(0));
        Assert.Throws<ArgumentException>(() => new PlugInOmega(Rule("grpo").Scale(8, 0)));
    }

    [Theory]
    [InlineData("grpo", 2, 1)]
    [InlineData("grpo", 2, 3)]
    [InlineData("grpo", 5, 1)]
    [InlineData("maxrl", 3, 4)]
    [InlineData("grpo", 16, 20)]
    [InlineData("grpo", 64, 12)]
    [InlineData("grpo", 300, 2)]
    public void Self_normalized_is_the_mean_over_all_outcomes_of_all_groups(string ruleName, int groupSize, int groups)
    {
        IReadOnlyList<double> scale = Rule(ruleName).Scale(groupSize, Epsilon);
        var omega = new SelfNormalizedOmega(scale, groups);
        int n = groups * groupSize;
        BigInteger[] inGroup = Row(groupSize);
        BigInteger[] inRest = Row(n - groupSize);
        BigInteger[] inAll = Row(n);
        BigInteger[]? table = null;
        foreach (double p in Probabilities)
        {
            var exact = new ExactBinomial(n, p);

            // The same unit for every p: the table is computed once.
            table ??= [.. Enumerable.Range(0, n + 1).Select(Given)];
            AssertOmega(omega, p, exact.ToDouble(exact.Mean(t => table[t])), exact.ToDouble(exact.LogitSlope(t => table[t])));

            // E[phi(K_1) | T = t] / (t/n (1-t/n)).
            BigInteger Given(int t)
            {
                BigInteger sum = 0;
                for (int k = Math.Max(1, t - (n - groupSize)); k <= Math.Min(t, groupSize - 1); k++)
                {
                    BigInteger phi = exact.FromDouble(scale[k]) * k * (groupSize - k) / ((BigInteger)groupSize * groupSize);
                    sum += phi * inGroup[k] * inRest[t - k] / inAll[t];
                }

                return t == 0 || t == n ? 0 : sum * n * n / ((BigInteger)t * (n - t));
            }
        }

        Assert.Equal(0, omega.At(SuccessProbability.FromP(0)));
        Assert.Equal(0, omega.At(SuccessProbability.FromP(1)));
    }

    [Fact]
    public void Self_normalized_with_one_group_is_what_the_group_alone_would_do()
    {
        // theory.md section 5: at M = 1 the step is s(K) of an informative group, 0 of another.
        double[] scale = [.. Grpo.Scale(16, Epsilon)];
        double[] alone = [0, .. scale[1..16], 0];
        var p = SuccessProbability.FromP(0.1);
        Assert.Equal(new PlugInOmega(alone).At(p), new SelfNormalizedOmega(scale, 1).At(p), 1e-14);
    }

    [Fact]
    public void Self_normalized_approaches_the_importance_weighted_mean()
    {
        var p = SuccessProbability.FromP(0.2);
        double limit = Grpo.FiniteGroup(8, Epsilon).At(p);
        double gapAt256 = new SelfNormalizedOmega(Grpo.Scale(8, Epsilon), 256).At(p) - limit;
        double gapAt1024 = new SelfNormalizedOmega(Grpo.Scale(8, Epsilon), 1024).At(p) - limit;
        Assert.Equal(4, gapAt256 / gapAt1024, 0.02); // O(1/M)
    }

    [Theory]
    [InlineData(2, 32_768)]
    [InlineData(16, 4096)]
    [InlineData(32_768, 2)]
    [InlineData(65_536, 1)]
    public void The_largest_self_normalized_update_is_exact_and_fast(int groupSize, int groups)
    {
        // A constant scale leaves (1-1/G) MG/(MG-1) times the chance that T is neither 0 nor MG.
        const int N = SelfNormalizedOmega.MostRollouts;
        long begin = Stopwatch.GetTimestamp();
        var omega = new SelfNormalizedOmega(Rule("dr-grpo").Scale(groupSize, 0), groups);
        double share = (1 - (1.0 / groupSize)) * N / (N - 1.0);
        foreach (double p in new[] { 1e-12, 1e-6, 1e-4, 0.3, 0.5, 0.999 })
        {
            // 1-(1-p)^N as a geometric series, which does not cancel; 1-p would be rounded too much to be raised to such a power.
            double x = p < 0.01 ? p + (p * p / 2) + (p * p * p / 3) + (p * p * p * p / 4) : -Math.Log(1 - p);
            double chance = (p * Enumerable.Range(0, N).Sum(i => Math.Exp(-x * i))) - Math.Pow(p, N);
            Assert.Equal(1, omega.At(SuccessProbability.FromP(p)) / (share * chance), 1e-13);
        }

        var recurrence = new Recurrence(new SelfNormalizedOmega(Grpo.Scale(groupSize, Epsilon), groups), 1, SuccessProbability.FromP(0.3), 2);
        Assert.NotEmpty(new FixedPoints(recurrence.Omega).Of(recurrence));
        Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SelfNormalizedOmega(Grpo.Scale(groupSize, Epsilon), groups + 1));
    }

    [Theory]
    [InlineData("grpo", 2, 1)]
    [InlineData("grpo", 2, 2)]
    [InlineData("grpo", 8, 1)]
    [InlineData("grpo", 8, 64)]
    [InlineData("maxrl", 16, 1000)]
    [InlineData("grpo", 16, 10_000_000_000_000)]
    [InlineData("grpo", 333, 7)]
    public void Averages_over_informative_groups_are_exact(string ruleName, int groupSize, long attempts)
    {
        IReadOnlyList<double> scale = Rule(ruleName).Scale(groupSize, Epsilon);
        var omega = new InformativeOmega(Rule(ruleName).FiniteGroup(groupSize, Epsilon), attempts);
        foreach (double p in Probabilities)
        {
            var exact = new ExactBinomial(groupSize, p);
            BigInteger q = exact.Mean(k => Informative(k) ? exact.One : 0);
            BigInteger qSlope = exact.LogitSlope(k => Informative(k) ? exact.One : 0);
            BigInteger mean = exact.Mean(Phi);
            BigInteger v = exact.Times(exact.Success, exact.Failure);
            BigInteger finite = exact.Over(mean, v);
            BigInteger finiteSlope = exact.Over(exact.LogitSlope(Phi), v) - exact.Times(finite, exact.Failure - exact.Success);
            BigInteger none = exact.Power(exact.One - q, attempts);
            BigInteger ratio = exact.Over(exact.One - none, q);
            BigInteger noneSlope = attempts * exact.Power(exact.One - q, attempts - 1);
            BigInteger ratioSlope = exact.Times(exact.Over(noneSlope - ratio, q), qSlope);
            AssertOmega(
                omega,
                p,
                exact.ToDouble(exact.Times(finite, ratio)),
                exact.ToDouble(exact.Times(finiteSlope, ratio) + exact.Times(finite, ratioSlope)));

            BigInteger Phi(int k) => exact.FromDouble(scale[k]) * k * (groupSize - k) / ((BigInteger)groupSize * groupSize);
        }

        double edge = attempts * Rule(ruleName).FiniteGroup(groupSize, Epsilon).At(SuccessProbability.FromP(0));
        Assert.Equal(edge, omega.At(SuccessProbability.FromP(0)), 1e-13 * edge);
        Assert.Equal(0, omega.LogitDerivativeAt(SuccessProbability.FromP(0)));
        Assert.InRange(omega.At(SuccessProbability.FromLogit(-60)), 0, omega.LargestFrom(-60) * (1 + 1e-13));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InformativeOmega(Grpo.FiniteGroup(8, 0), double.PositiveInfinity));

        bool Informative(int k) => k > 0 && k < groupSize;
    }

    [Fact]
    public void Large_groups_that_are_surely_informative_are_no_special_case()
    {
        FiniteGroupOmega finite = Grpo.FiniteGroup(4096, Epsilon);
        var p = SuccessProbability.FromP(0.5);
        foreach (double attempts in new[] { 1, 2, 64, 1e13 })
        {
            var omega = new InformativeOmega(finite, attempts);
            Assert.Equal(finite.At(p), omega.At(p), 1e-14);
            Assert.Equal(finite.LogitDerivativeAt(p), omega.LogitDerivativeAt(p), 1e-14);
        }
    }

    [Theory]
    [InlineData(0.1, 0.2)]
    [InlineData(0, 0.3)]
    [InlineData(0.25, 0)]
    [InlineData(1e-9, 1e-3)]
    [InlineData(0.5, 0.4999)]
    public void Noise_shrinks_the_step_and_moves_what_is_seen(double falsePositive, double falseNegative)
    {
        FiniteGroupOmega inner = Grpo.FiniteGroup(8, Epsilon);
        var omega = new NoisyOmega(inner, new VerifierNoise(falsePositive, falseNegative));
        double kept = 1 - falsePositive - falseNegative;
        foreach (double logit in new[] { -45, -30, -5, -0.3, 0, 2, 30, 45 })
        {
            var p = SuccessProbability.FromLogit(logit);
            SuccessProbability seen = new VerifierNoise(falsePositive, falseNegative).Observed(p);
            Assert.Equal(1, seen.P / (falsePositive + (kept * p.P)), 1e-14);
            Assert.Equal(1, seen.OneMinusP / (falseNegative + (kept * p.OneMinusP)), 1e-14);
            Assert.Equal(kept * inner.At(seen), omega.At(p));

            // Central differences in the logit, good to a part in 10^8 of Omega.
            double slope = (omega.At(SuccessProbability.FromLogit(logit + 1e-5)) - omega.At(SuccessProbability.FromLogit(logit - 1e-5))) / 2e-5;
            Assert.Equal(slope, omega.LogitDerivativeAt(p), 1e-8);
        }
    }

    [Fact]
    public void Without_noise_nothing_changes_and_edges_stay_edges()
    {
        FiniteGroupOmega inner = Grpo.FiniteGroup(8, Epsilon);
        var none = new NoisyOmega(inner, VerifierNoise.None);
        var p = SuccessProbability.FromLogit(-12.345);
        Assert.Equal(p, VerifierNoise.None.Observed(p));
        Assert.Equal(inner.At(p), none.At(p));
        Assert.Equal(inner.LogitDerivativeAt(p), none.LogitDerivativeAt(p));

        // A failure that never passes leaves the logit free to fall, below the range of a double as well.
        var missed = new NoisyOmega(PopulationOmega.Grpo(0), new VerifierNoise(0, 0.5));
        Assert.Equal(-2000 + Math.Log(0.5), new VerifierNoise(0, 0.5).Observed(SuccessProbability.FromLogit(-2000)).Logit, 1e-12);
        Assert.Equal(double.NegativeInfinity, new VerifierNoise(0, 0.5).Observed(SuccessProbability.FromP(0)).Logit);
        var low = SuccessProbability.FromLogit(-700);
        Assert.Equal(-0.5, missed.LogitDerivativeAt(low) / missed.At(low), 1e-14); // Omega grows as e^(-L/2)
        Assert.Throws<ArgumentOutOfRangeException>(() => new VerifierNoise(0.5, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VerifierNoise(-0.1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VerifierNoise(double.NaN, 0));
    }

    [Fact]
    public void Fixed_points_are_where_the_orbits_end()
    {
        var reference = SuccessProbability.FromP(0.3);
        Omega[] omegas =
        [
            new PlugInOmega(Grpo.Scale(16, 1e-2)),
            new SelfNormalizedOmega(Grpo.Scale(16, Epsilon), 8),
            new InformativeOmega(Grpo.FiniteGroup(16, Epsilon), 64),
            new NoisyOmega(new InformativeOmega(Grpo.FiniteGroup(16, Epsilon), 64), new VerifierNoise(0.1, 0.05)),
        ];
        foreach (Omega omega in omegas)
        {
            var recurrence = new Recurrence(omega, 1, reference, 4);
            SuccessProbability limit = Orbit.Follow(recurrence, reference).Limit!.Value;
            Assert.Contains(new FixedPoints(omega).Of(recurrence), point => point.Stable && Math.Abs(point.P.Logit - limit.Logit) < 1e-10);
        }
    }

    private static AdvantageRule Rule(string name) => AdvantageRule.Named.Single(r => r.Name == name);

    // Omega' relative to the larger of itself and Omega times p(1-p), so that it is held at the edges too.
    private static void AssertOmega(Omega omega, double p, double value, double logitSlope)
    {
        var probability = SuccessProbability.FromP(p);
        Assert.Equal(1, omega.At(probability) / value, 3e-13);
        double size = Math.Max(Math.Abs(logitSlope), value * probability.Variance);
        Assert.Equal(0, (omega.LogitDerivativeAt(probability) - logitSlope) / size, 2e-11);
    }

    private static BigInteger[] Row(int n)
    {
        var row = new BigInteger[n + 1];
        row[0] = 1;
        for (int k = 1; k <= n; k++)
        {
            row[k] = row[k - 1] * (n - k + 1) / k;
        }

        return row;
    }
}
