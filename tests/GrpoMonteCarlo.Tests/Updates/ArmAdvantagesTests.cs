using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Updates;

public class ArmAdvantagesTests
{
    private static readonly bool[] Success = [true, false, true, false];
    private static readonly int[] Eighths = [1, 2, 2, 3];

    public static TheoryData<string, int, bool> Rules()
    {
        var data = new TheoryData<string, int, bool>();
        foreach (AdvantageRule rule in AdvantageRule.Named)
        {
            foreach (int groupSize in new[] { 2, 3, 5 })
            {
                data.Add(rule.Name, groupSize, false);
                data.Add(rule.Name, groupSize, true);
            }
        }

        return data;
    }

    [Fact]
    public void Sums_are_those_over_the_rollouts_also_where_the_verifier_errs()
    {
        // Two groups of three. The first: arm 0 succeeds twice, arm 1 fails. The second: arm 0 fails, arm 1 succeeds, arm 2 fails.
        long[] successes = [0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0];
        long[] failures = [0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0];
        double[] scale = [100, 2, 3, 100];
        var statistic = new GradientStatistic(3);
        new ArmAdvantages(scale, false).Fill(successes, failures, 2, statistic);
        Close([2 * 1 / 3.0 * 3 / 6, 2 / 3.0 * 2 / 6, 0], statistic.PositiveAdvantage);
        Close([-1 / 3.0 * 2 / 6, -2 / 3.0 * 3 / 6, -1 / 3.0 * 2 / 6], statistic.NegativeAdvantage);
        Close([3 / 6.0, 2 / 6.0, 1 / 6.0], statistic.Share);
    }

    /// <summary>Every possible group once for each eighth of a probability: the counts are their own expectation.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void The_expected_statistic_is_that_of_the_expected_counts(string ruleName, int groupSize, bool mask)
    {
        const double Epsilon = 1e-4;
        AdvantageRule rule = AdvantageRule.Named.Single(r => r.Name == ruleName);
        int[] ballot = [.. Eighths.SelectMany((eighths, o) => Enumerable.Repeat(o, eighths))];
        var successes = new long[(groupSize + 1) * 4];
        var failures = new long[(groupSize + 1) * 4];
        int groups = 1 << (3 * groupSize);
        for (int code = 0; code < groups; code++)
        {
            int[] arms = [.. Enumerable.Range(0, groupSize).Select(i => ballot[(code >> (3 * i)) & 7])];
            int k = arms.Count(o => Success[o]);
            foreach (int o in arms)
            {
                (Success[o] ? successes : failures)[(k * 4) + o]++;
            }
        }

        var counted = new GradientStatistic(4);
        new ArmAdvantages(rule.Scale(groupSize, Epsilon), mask).Fill(successes, failures, groups, counted);

        var expected = new GradientStatistic(4);
        double omega = rule.FiniteGroup(groupSize, Epsilon).At(SuccessProbability.FromP(0.375));
        ArmAdvantages.FillExpected(
            [.. Eighths.Select(e => Math.Log(e / 8.0))], Success, 0.375, 0.625, omega, VerifierNoise.None, mask ? groupSize : null, expected);
        Close(expected.PositiveAdvantage, counted.PositiveAdvantage);
        Close(expected.NegativeAdvantage, counted.NegativeAdvantage);
        Close(expected.Share, counted.Share);
        Assert.Equal(mask ? 1 - Math.Pow(0.375, groupSize) - Math.Pow(0.625, groupSize) : 1, counted.Share.Sum(), 1e-14);
    }

    [Fact]
    public void The_masked_share_keeps_its_digits_next_to_one()
    {
        // 1 - p^(G-1) with 1-p = 1e-30 is (G-1) 1e-30; the failures' groups are never all failures.
        var statistic = new GradientStatistic(2);
        ArmAdvantages.FillExpected([0, Math.Log(1e-30)], [true, false], 1, 1e-30, 1, VerifierNoise.None, 9, statistic);
        Assert.Equal(8e-30, statistic.Share[0], 1e-43);
        Assert.Equal(1e-30, statistic.Share[1], 1e-43);
    }

    [Fact]
    public void Without_smoothing_a_saturated_policy_expects_finite_sums()
    {
        var statistic = new GradientStatistic(2);
        foreach (AdvantageRule rule in AdvantageRule.Named)
        {
            foreach (double logit in new[] { -1e4, -745, -709.5, 709.5, 745, 1e4 })
            {
                var p = SuccessProbability.FromLogit(logit);
                ArmAdvantages.FillExpected(
                    [Math.Min(0, logit), Math.Min(0, -logit)], [true, false], p.P, p.OneMinusP, rule.Population(0)!.At(p), VerifierNoise.None, null, statistic);
                Assert.All(statistic.PositiveAdvantage, w => Assert.True(w is >= 0 and <= 1.01));
                Assert.All(statistic.NegativeAdvantage, w => Assert.True(w is <= 0 and >= -1.01));
            }
        }
    }

    private static void Close(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-13));
}
