using System.Diagnostics;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>Recommended group sizes hold in simulation and are the smallest; splits of a budget are the best; what cannot be is refused.</summary>
public class GroupSizingTests
{
    private const int Cases = 20;

    // Drawn once, in order: what is refused is drawn again, so that there are always as many answers.
    private static readonly Lazy<(GroupSizing Sizing, Sizing Answer)[]> Drawn = new(() =>
    {
        var random = new System.Random(20250307);
        var cases = new List<(GroupSizing, Sizing)>();
        while (cases.Count < Cases)
        {
            double tolerance = Math.Exp(-5.5 + (2 * random.NextDouble())); // 0.004 to 0.03
            bool gradient = random.Next(4) == 0;
            var setting = new SizingSetting
            {
                PRef = 0.02 + (0.9 * random.NextDouble()),
                Beta = Math.Exp(2.3 * random.NextDouble()),
                Epsilon = random.Next(2) == 0 ? 1e-4 : 0.01,
                Advantage = AdvantageRule.Named[random.Next(5)],
                Anchor = gradient || random.Next(2) == 0 ? KlAnchor.Reference : KlAnchor.Mixed(0.3 + (0.6 * random.NextDouble())),
                Update = gradient ? PolicyUpdate.FollowGradient(new GradientSettings { LearningRate = 0.3 }) : PolicyUpdate.Tied,
            };
            try
            {
                var sizing = new GroupSizing(setting);
                cases.Add((sizing, sizing.Within(tolerance)));
            }
            catch (ExperimentException)
            {
                // Drawn again.
            }
        }

        return [.. cases];
    });

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Cases)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void An_answer_holds_in_simulation(int number)
    {
        (GroupSizing sizing, Sizing answer) = Drawn.Value[number];
        var check = SizingCheck.Of(sizing, answer);
        Assert.True(check.Holds, $"{answer}: {check}");

        // As the claim is written, not as the check sees it.
        double p = sizing.Limit.P;
        Assert.InRange(check.Mean, p - answer.Tolerance!.Value - (5 * check.StandardError), p + answer.Tolerance.Value + (5 * check.StandardError));
    }

    [Fact]
    public void Half_the_group_size_does_not_hold_where_bias_binds()
    {
        (GroupSizing Sizing, Sizing Answer)[] bound = [.. Drawn.Value.Where(drawn => drawn.Answer.Group.GroupSize >= 4)];
        Assert.True(bound.Length >= 8, $"{bound.Length} cases");
        Assert.All(bound, drawn =>
        {
            double tolerance = drawn.Answer.Tolerance!.Value;
            SizedGroup group = drawn.Answer.Group;
            SizedGroup? smaller = drawn.Sizing.Of(group.GroupSize - 1, group.Groups);
            Assert.True(smaller is null || Math.Abs(smaller.Bias) > Sizing.BiasShare * tolerance, $"{drawn.Answer}");
            if (drawn.Sizing.Of(group.GroupSize / 2, 2 * group.Groups) is { } half)
            {
                var check = SizingCheck.Of(drawn.Sizing, half, drawn.Answer.Iterations, null, 0);
                Assert.True(Math.Abs(check.Deviation) > tolerance, $"{drawn.Answer}: {check}");
            }
        });
    }

    [Fact]
    public void A_check_finds_a_wrong_answer()
    {
        GroupSizing sizing = Grpo(0.3, 2);
        Sizing answer = sizing.Within(0.01);
        Assert.True(SizingCheck.Of(sizing, answer).Holds);
        Assert.False(SizingCheck.Of(sizing, answer with { Group = answer.Group with { GroupSize = answer.Group.GroupSize / 2 } }).Holds);
        Assert.False(SizingCheck.Of(sizing, answer with { Group = answer.Group.With(2 * answer.Group.Groups) with { Groups = answer.Group.Groups } }).Holds);
    }

    [Theory]
    [InlineData(0.01, 5, 4096, "grpo")]
    [InlineData(0.02, 5, 1500, "grpo")]
    [InlineData(0.3, 2, 500, "grpo")]
    [InlineData(0.1, 2, 3000, "dr-grpo")]
    [InlineData(0.2, 3, 777, "maxrl")]
    public void A_split_is_the_best_of_all(double pRef, double beta, int budget, string rule)
    {
        var sizing = new GroupSizing(new SizingSetting { PRef = pRef, Beta = beta, Advantage = AdvantageRule.Named.Single(named => named.Name == rule) });
        Sizing answer = sizing.OfBudget(budget);
        Assert.Null(answer.OutOfRange);
        SizedGroup best = answer.Group;
        Assert.True(best.Groups * best.GroupSize <= budget);
        double least = Enumerable.Range(2, Math.Min(budget, 4096) - 1).Min(g => sizing.Of(g, budget / g)?.Error ?? double.PositiveInfinity);
        Assert.Equal(least, best.Error);
    }

    /// <summary>Where the best split by the formulas is outside their range, the answer is the best inside it, and says what looked better.</summary>
    [Theory]
    [InlineData(0.05, 2, 200, "dr-grpo")]
    [InlineData(0.05, 1, 600, "grpo")]
    [InlineData(0.01, 5, 600, "grpo")]
    [InlineData(0.4, 2, 64, "maxrl")]
    public void A_split_outside_the_range_gives_way_to_the_best_inside(double pRef, double beta, int budget, string rule)
    {
        var sizing = new GroupSizing(new SizingSetting { PRef = pRef, Beta = beta, Advantage = AdvantageRule.Named.Single(named => named.Name == rule) });
        Sizing answer = sizing.OfBudget(budget);
        Assert.Equal(SizingBound.Budget, answer.Bound);
        SizedGroup[] all = [.. Enumerable.Range(2, budget - 1).Select(g => sizing.Of(g, budget / g)).OfType<SizedGroup>()];
        Assert.Equal(all.Min(group => group.Error), answer.OutOfRange!.Error);
        Assert.False(sizing.HoldsFor(answer.OutOfRange));
        Assert.Equal(all.Where(sizing.HoldsFor).Min(group => group.Error), answer.Group.Error);
        Assert.InRange(answer.Group.LogitSpread, 0, Sizing.LargestLogitSpread);
        Assert.True(SizingCheck.Of(sizing, answer).Holds);
    }

    [Theory]
    [InlineData(0.3, 2, 512)]
    [InlineData(0.5, 5, 256)]
    public void A_split_beats_its_neighbours(double pRef, double beta, int budget)
    {
        GroupSizing sizing = Grpo(pRef, beta);
        Sizing answer = sizing.OfBudget(budget);
        int g = answer.Group.GroupSize;
        var best = SizingCheck.Of(sizing, answer);
        int measured = 0;
        foreach (int beside in new[] { g - 1, g + 1, g / 2, 2 * g, g / 4 }.Where(size => size >= 2 && size <= budget))
        {
            SizedGroup other = sizing.Of(beside, budget / beside)!;
            Assert.True(other.Error >= answer.Group.Error);

            // Differences of a few per cent cannot be told from noise.
            if (other.Error > 1.2 * answer.Group.Error)
            {
                double error = SizingCheck.Of(sizing, other, answer.Iterations, null, 0).Error;
                Assert.True(best.Error < error, $"G {g}: {best.Error}, G {beside}: {error}");
                measured++;
            }
        }

        Assert.True(measured > 0, "nothing was measured");
    }

    /// <summary>Half, double and the integers beside it are worse in simulation too, by what 100,000 replicates tell from chance at 5 sigma.</summary>
    [Theory]
    [InlineData(0.1, 5, 100, "dr-grpo")]
    [InlineData(0.6, 5, 48, "maxrl")]
    public void A_split_beats_its_nearest_neighbours_in_simulation(double pRef, double beta, int budget, string rule)
    {
        const int replicates = 100_000;
        var sizing = new GroupSizing(new SizingSetting { PRef = pRef, Beta = beta, Advantage = AdvantageRule.Named.Single(named => named.Name == rule) });
        Sizing answer = sizing.OfBudget(budget);
        int g = answer.Group.GroupSize;
        (double best, double variance) = Measured(answer.Group);
        Assert.All(new[] { g / 2, g - 1, g + 1, 2 * g }, beside =>
        {
            SizedGroup other = sizing.Of(beside, budget / beside)!;
            Assert.InRange(other.Error / answer.Group.Error, 1.02, double.PositiveInfinity); // 4 % in the mean squared error
            (double measured, double otherVariance) = Measured(other);
            double sigmas = (measured - best) / Math.Sqrt(variance + otherVariance);
            Assert.True(sigmas > 5, $"G {beside} beside {g}: {measured} against {best}, {sigmas} sigma");
        });

        // The mean squared distance from the population's fixed point, and the variance of that estimate.
        (double Mean, double Variance) Measured(SizedGroup group)
        {
            var check = SizingCheck.Of(sizing, group, answer.Iterations, null, replicates);
            Assert.Equal(replicates, check.Replicates);
            double noise = check.Spread * check.Spread;
            return (check.Error * check.Error, ((2 * noise * noise) + (4 * check.Deviation * check.Deviation * noise)) / replicates);
        }
    }

    [Fact]
    public void An_answer_takes_less_than_a_second()
    {
        // Of three, because other tests run beside it.
        static TimeSpan Least(Action ask) => Enumerable.Range(0, 3).Min(_ =>
        {
            long started = Stopwatch.GetTimestamp();
            ask();
            return Stopwatch.GetElapsedTime(started);
        });
        Assert.InRange(Least(() => Grpo(0.3, 2).Within(1e-4)).TotalSeconds, 0, 1);
        Assert.InRange(Least(() => Grpo(0.3, 2).OfBudget(100_000)).TotalSeconds, 0, 1);
    }

    [Fact]
    public void A_population_without_a_fixed_point_to_be_near_is_refused()
    {
        Refused("beta", "no KL", () => Grpo(0.3, 0));
        Refused("beta", "cycle of period 2", () => new GroupSizing(new SizingSetting { PRef = 0.001, Beta = 5, Epsilon = 1e-5 }));
        Refused("beta", "cycle of period 8", () => new GroupSizing(new SizingSetting { PRef = 5e-4, Beta = 3, Epsilon = 1e-5 }));
        Refused("anchor", "rise to 1", () => new GroupSizing(new SizingSetting { PRef = 0.3, Beta = 1, Anchor = KlAnchor.Previous }));
        Refused("advantage", "no population form", () => new GroupSizing(new SizingSetting { PRef = 0.3, Beta = 1, Advantage = AdvantageRule.FromScale([0, 1, 0]) }));
        Refused("advantage", "whole update", () => new GroupSizing(new SizingSetting { PRef = 0.3, Beta = 1, Advantage = AdvantageRule.Named[^1] }));
    }

    [Fact]
    public void A_gradient_without_a_fixed_point_or_known_noise_is_refused()
    {
        static void Gradient(string path, string saying, GradientSettings settings, double beta = 1, KlAnchor? anchor = null) => Refused(path, saying, () =>
            new GroupSizing(new SizingSetting { PRef = 0.3, Beta = beta, Anchor = anchor ?? KlAnchor.Reference, Update = PolicyUpdate.FollowGradient(settings) }));
        Gradient("kl", "does not regularise", new GradientSettings { Kl = KlEstimator.K1 });
        Gradient("kl", "no closed form", new GradientSettings { Kl = KlEstimator.K1InReward });
        Gradient("anchor", "reference", new GradientSettings(), anchor: KlAnchor.Mixed(0.5));
        Gradient("learning-rate", "overshoot", new GradientSettings { LearningRate = 20 }, beta: 5);
    }

    [Fact]
    public void A_tolerance_that_cannot_be_had_is_refused_with_what_it_would_take()
    {
        Refused("tolerance", "whole way", () => Grpo(0.3, 2).Within(0.5));
        Refused("tolerance", "it would take about", () => Grpo(0.3, 2).Within(2e-5));
        Refused("tolerance", "next to 1", () => new GroupSizing(new SizingSetting { PRef = 0.2, Beta = 0.8955, Epsilon = 1e-5 }).Within(0.01));
        Refused("budget", "formulas hold up to", () => Grpo(0.01, 1).OfBudget(64));
    }

    private static GroupSizing Grpo(double pRef, double beta) => new(new SizingSetting { PRef = pRef, Beta = beta });

    private static void Refused(string path, string saying, Func<object> ask)
    {
        ExperimentException refused = Assert.Throws<ExperimentException>(ask);
        Assert.Equal(path, refused.Path);
        Assert.Contains(saying, refused.Message, StringComparison.Ordinal);
    }
}
