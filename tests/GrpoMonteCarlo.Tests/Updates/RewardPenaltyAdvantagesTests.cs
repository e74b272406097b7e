using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Updates;

public class RewardPenaltyAdvantagesTests
{
    private static readonly bool[] Success = [true, false, true, false];
    private static readonly double[] Policy = [0.1, 0.25, 0.35, 0.3];

    public static TheoryData<string> Rules() => ["grpo", "grpo-sample-std", "dr-grpo", "rloo"];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Without_a_penalty_the_advantages_are_those_of_the_scale_table(string ruleName)
    {
        const int G = 6;
        AdvantageRule rule = Rule(ruleName);
        var random = new System.Random(30);
        var direct = new GradientStatistic(4);
        var advantages = new RewardPenaltyAdvantages(rule, 1e-3, G);
        long[] successes = new long[(G + 1) * 4];
        long[] failures = new long[(G + 1) * 4];
        for (int m = 0; m < 40; m++)
        {
            ushort[] arms = [.. Enumerable.Range(0, G).Select(_ => (ushort)random.Next(4))];
            advantages.Add(arms, [.. arms.Select(o => Success[o] ? (byte)1 : (byte)0)], new double[4], direct);
            int k = arms.Count(o => Success[o]);
            foreach (ushort o in arms)
            {
                (Success[o] ? successes : failures)[(k * 4) + o]++;
            }
        }

        direct.DivideBy(40 * G);
        var counted = new GradientStatistic(4);
        new ArmAdvantages(rule.Scale(G, 1e-3), false).Fill(successes, failures, 40, counted);
        Close(counted, direct, 1e-13);
    }

    [Fact]
    public void A_group_is_worked_out_by_hand()
    {
        // The failure of arm 1, which the reference policy likes, is worth more than the successes of arm 0. Mean 0.45.
        double[] penalties = [0.5, -1, 0.2];
        double[] rewards = [0.5, 1, 0.5, -0.2];
        double mean = rewards.Average();
        double squares = rewards.Sum(x => (x - mean) * (x - mean));
        var expected = new Dictionary<string, double>
        {
            ["grpo"] = 1 / Math.Sqrt((squares / 4) + 0.01),
            ["grpo-sample-std"] = 1 / (Math.Sqrt(squares / 3) + 0.01),
            ["dr-grpo"] = 1,
            ["rloo"] = 4.0 / 3,
        };
        foreach ((string name, double scale) in expected)
        {
            var statistic = new GradientStatistic(3);
            new RewardPenaltyAdvantages(Rule(name), 0.01, 4).Add([0, 1, 0, 2], [1, 0, 1, 0], penalties, statistic);
            Assert.Equal([2 * (0.5 - mean) * scale, (1 - mean) * scale, 0], statistic.PositiveAdvantage, (x, y) => Math.Abs(x - y) < 1e-14);
            Assert.Equal([0, 0, (-0.2 - mean) * scale], statistic.NegativeAdvantage, (x, y) => Math.Abs(x - y) < 1e-14);
            Assert.Equal([2, 1, 1], statistic.Share);
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Equal_rewards_have_no_advantage_even_without_smoothing(string ruleName)
    {
        var statistic = new GradientStatistic(2);
        var advantages = new RewardPenaltyAdvantages(Rule(ruleName), 0, 7);
        advantages.Add([1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1], [0.3, 0.1], statistic);
        Assert.Equal([0, 0], statistic.PositiveAdvantage);
        Assert.Equal([0, 0], statistic.NegativeAdvantage);

        advantages.FillPopulation([Math.Log(0.5), Math.Log(0.5)], [true, true], [0.1, 0.1], statistic);
        Assert.Equal([0, 0], statistic.PositiveAdvantage);
        Assert.Equal([0, 0], statistic.NegativeAdvantage);
    }

    /// <summary>One group in which every arm is drawn in proportion to its probability has the population's mean and variance.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void The_population_is_the_limit_of_large_groups(string ruleName)
    {
        const int G = 60_000;
        double[] penalties = [0.3, -0.4, 1.1, 0.05];
        ushort[] arms = [.. Policy.SelectMany((p, o) => Enumerable.Repeat((ushort)o, (int)Math.Round(p * G)))];
        Assert.Equal(G, arms.Length);
        var group = new GradientStatistic(4);
        new RewardPenaltyAdvantages(Rule(ruleName), 1e-3, G).Add(arms, [.. arms.Select(o => Success[o] ? (byte)1 : (byte)0)], penalties, group);
        group.DivideBy(G);

        var population = new GradientStatistic(4);
        new RewardPenaltyAdvantages(Rule(ruleName), 1e-3, 2)
            .FillPopulation([.. Policy.Select(p => Math.Log(p))], Success, penalties, population);
        Close(population, group, ruleName is "grpo" or "dr-grpo" ? 1e-11 : 2e-5);
    }

    [Fact]
    public void Rules_for_rewards_of_zero_and_one_only_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new RewardPenaltyAdvantages(Rule("maxrl"), 0, 4));
        Assert.Throws<ArgumentException>(() => new RewardPenaltyAdvantages(AdvantageRule.FromScale([0, 1, 0]), 0, 2));
    }

    private static AdvantageRule Rule(string name) => AdvantageRule.Named.Single(rule => rule.Name == name);

    private static void Close(GradientStatistic expected, GradientStatistic actual, double tolerance)
    {
        Assert.All(expected.PositiveAdvantage.Zip(actual.PositiveAdvantage), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.All(expected.NegativeAdvantage.Zip(actual.NegativeAdvantage), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.All(expected.Share.Zip(actual.Share), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
