using System.Diagnostics;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>Group sizes for many prompts: the answer is of their mean, holds in simulation and says which prompt is worst off.</summary>
public class PopulationSizingTests
{
    private static readonly double[] Three = [0.05, 0.2, 0.6];

    public static TheoryData<int, double, double, double, string, double, double> Populations => new()
    {
        { 40, 2, 5, 5, "grpo", 1, 0.01 },
        { 12, 4, 4, 2, "dr-grpo", 0.5, 0.003 },
        { 25, 3, 3, 4, "grpo-sample-std", 0.4, 0.004 }, // some pass a fold on their way to a point next to 1
        { 100, 3, 6, 5, "grpo", 1, 0.02 },
    };

    [Fact]
    public void Bias_and_shift_are_means_over_prompts_and_the_variance_is_that_of_a_mean()
    {
        var many = new GroupSizing(Of(PromptPopulation.Of(Three), 3));
        GroupSizing[] single = [.. Three.Select(pRef => new GroupSizing(new SizingSetting { PRef = pRef, Beta = 3 }))];
        foreach (int g in new[] { 2, 5, 40, 1000 })
        {
            SizedGroup group = many.Of(g, 30)!;
            SizedGroup[] apart = [.. single.Select(sizing => sizing.Of(g, 30)!)];
            Assert.Equal(apart.Average(one => one.Bias), group.Bias, 1e-12);
            Assert.Equal(apart.Average(one => one.Shift), group.Shift, 1e-12);
            Assert.Equal(apart.Average(one => one.P.P), group.P.P, 1e-12);
            Assert.Equal(apart.Sum(one => one.Spread * one.Spread) / 9, group.Spread * group.Spread, 1e-12 * group.Spread);
            SizedGroup worst = apart.MaxBy(one => Math.Abs(one.Bias))!;
            Assert.Equal(worst.Bias, group.Worst.Bias, 1e-12);
            Assert.Equal(Three[Array.IndexOf(apart, worst)], group.Worst.Reference.P, 1e-15);
        }

        Assert.Equal(single.Average(sizing => sizing.Limit.P), many.Limit.P, 1e-14);
    }

    [Fact]
    public void Drawn_prompts_are_those_of_an_experiment()
    {
        SizingSetting setting = Of(PromptPopulation.Drawn(7, 2, 5), 5);
        var experiment = new Experiment { Name = "any", Seed = SizingCheck.Seed, Iterations = 1, Replicates = 0, Grids = [setting.GridOf(4, 8)] };
        var plan = Plan.Of(experiment);
        Assert.Equal(plan.TheoryOf(plan.Cells[0]).References, new GroupSizing(setting).Of(4, 8)!.Prompts.Select(prompt => prompt.Reference));
    }

    [Theory]
    [MemberData(nameof(Populations))]
    public void An_answer_holds_in_simulation_and_is_the_smallest(int prompts, double a, double b, double beta, string rule, double alpha, double tolerance)
    {
        GroupSizing sizing = new(Of(PromptPopulation.Drawn(prompts, a, b), beta) with
        {
            Advantage = AdvantageRule.Named.Single(named => named.Name == rule),
            Anchor = alpha == 1 ? KlAnchor.Reference : KlAnchor.Mixed(alpha),
        });
        Sizing answer = sizing.Within(tolerance);
        var check = SizingCheck.Of(sizing, answer);
        Assert.True(check.Holds, $"{answer}: {check}");
        Assert.InRange(check.Mean, sizing.Limit.P - tolerance - (5 * check.StandardError), sizing.Limit.P + tolerance + (5 * check.StandardError));
        Assert.All(answer.Group.Prompts, prompt => Assert.InRange(prompt.Fluctuations.LogitVariance, 0, 0.01));

        int g = answer.Group.GroupSize;
        Assert.InRange(g, 3, 4096);
        Assert.All(Enumerable.Range(2, g - 2), smaller => Assert.True(Math.Abs(sizing.Of(smaller, 1)!.Bias) > Sizing.BiasShare * tolerance));
    }

    [Fact]
    public void A_check_finds_a_wrong_answer()
    {
        var sizing = new GroupSizing(Of(PromptPopulation.Drawn(20, 2, 5), 5));
        Sizing answer = sizing.Within(0.01);
        Assert.True(SizingCheck.Of(sizing, answer).Holds);
        Assert.False(SizingCheck.Of(sizing, answer with { Group = answer.Group with { GroupSize = answer.Group.GroupSize / 2 } }).Holds);
        Assert.False(SizingCheck.Of(sizing, answer with { Group = answer.Group.With(2 * answer.Group.Groups) with { Groups = answer.Group.Groups } }).Holds);
    }

    [Theory]
    [InlineData(8, 600)]
    [InlineData(3, 2000)]
    public void A_split_is_the_best_of_all_within_the_range_of_the_formulas(int prompts, int budget)
    {
        var sizing = new GroupSizing(Of(PromptPopulation.Drawn(prompts, 4, 6), 5));
        Sizing answer = sizing.OfBudget(budget);
        double least = Enumerable.Range(2, budget - 1).Select(g => sizing.Of(g, budget / g)).OfType<SizedGroup>().Where(sizing.HoldsFor).Min(group => group.Error);
        Assert.Equal(least, answer.Group.Error, 1e-15);
        Assert.True(SizingCheck.Of(sizing, answer).Holds);
    }

    [Fact]
    public void An_answer_for_hundreds_of_prompts_takes_less_than_a_second()
    {
        // Of ten, because other tests run beside it.
        static TimeSpan Least(Action ask) => Enumerable.Range(0, 10).Min(_ =>
        {
            long started = Stopwatch.GetTimestamp();
            ask();
            return Stopwatch.GetElapsedTime(started);
        });
        SizingSetting setting = Of(PromptPopulation.Drawn(300, 2, 5), 5);
        Assert.InRange(Least(() => new GroupSizing(setting).Within(0.001)).TotalSeconds, 0, 1);
        Assert.InRange(Least(() => new GroupSizing(setting).OfBudget(1000)).TotalSeconds, 0, 1);
    }

    [Fact]
    public void A_refusal_says_which_prompt_it_is_about()
    {
        Refused("beta", "at p_ref 0.001 the population's iterates end in a cycle of period 2", () => new GroupSizing(Of(PromptPopulation.Of([0.3, 0.001]), 5) with { Epsilon = 1e-5 }));
        Refused("tolerance", "next to 1", () => new GroupSizing(Of(PromptPopulation.Of([0.2, 0.3]), 0.8955) with { Epsilon = 1e-5 }).Within(0.01));
        Refused("tolerance", "with p_ref 0.2 at 0.", () => new GroupSizing(Of(PromptPopulation.Of([0.2, 0.3]), 0.8955) with { Epsilon = 1e-5 }).Within(0.01));
        Refused("tolerance", "whole way", () => new GroupSizing(Of(PromptPopulation.Of(Three), 3)).Within(0.4));
        Refused(
            "prompts",
            "exact update only",
            () => new GroupSizing(Of(PromptPopulation.Of(Three), 3) with { Update = PolicyUpdate.FollowGradient(new GradientSettings()) }));
    }

    private static SizingSetting Of(PromptPopulation prompts, double beta) => new() { Prompts = prompts, Beta = beta };

    private static void Refused(string path, string saying, Func<object> ask)
    {
        ExperimentException refused = Assert.Throws<ExperimentException>(ask);
        Assert.Equal(path, refused.Path);
        Assert.Contains(saying, refused.Message, StringComparison.Ordinal);
    }
}
