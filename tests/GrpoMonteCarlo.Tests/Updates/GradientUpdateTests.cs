using GrpoMonteCarlo.Policies;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Updates;

public class GradientUpdateTests
{
    private const double None = double.PositiveInfinity;

    private static readonly bool[] Success = [true, false, true, false, false, true];

    public static TheoryData<KlEstimator, double, double, bool> Objectives()
    {
        var data = new TheoryData<KlEstimator, double, double, bool>();
        foreach (KlEstimator kl in Enum.GetValues<KlEstimator>())
        {
            foreach ((double low, double high) in new[] { (None, None), (0.2, 0.28), (0.05, None), (None, 0), (2, 0.5) })
            {
                data.Add(kl, low, high, false);
                if (kl is not (KlEstimator.Exact or KlEstimator.K1InReward))
                {
                    data.Add(kl, low, high, true);
                }
            }
        }

        return data;
    }

    /// <summary>The policy is not the old policy, and both are not the reference.</summary>
    [Theory]
    [MemberData(nameof(Objectives))]
    public void A_step_is_the_numerical_gradient_of_the_objective_over_rollouts(KlEstimator kl, double clipLow, double clipHigh, bool mask)
    {
        var random = new System.Random(20);
        foreach (double beta in new[] { 0, 0.7 })
        {
            foreach (int groupSize in new[] { 2, 5 })
            {
                double[] old = LogPolicy(random, 0.8);
                double[] reference = LogPolicy(random, 0.8);
                double[] policy = LogPolicy(random, 0.8);
                var settings = new GradientSettings { LearningRate = 0.9, ClipLow = clipLow, ClipHigh = clipHigh, Kl = kl, MaskDegenerateKl = mask };
                RolloutGroups groups = Draw(random, old, groupSize);
                double[] expected = Ascend(groups, settings, beta, policy, old, reference);

                new GradientUpdate(settings, beta, Success.Length).Apply(policy, old, reference, groups.Statistic(settings, beta, old, reference));
                Assert.All(policy.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 2e-9));
            }
        }
    }

    /// <summary>The first step is on-policy; from the second on the ratio and the clips count.</summary>
    [Theory]
    [MemberData(nameof(Objectives))]
    public void Inner_steps_keep_the_rollouts_and_the_old_policy(KlEstimator kl, double clipLow, double clipHigh, bool mask)
    {
        var random = new System.Random(21);
        double[] old = LogPolicy(random, 0.8);
        double[] reference = LogPolicy(random, 0.8);
        var settings = new GradientSettings
        {
            Steps = 4,
            LearningRate = 0.6,
            ClipLow = clipLow,
            ClipHigh = clipHigh,
            Kl = kl,
            MaskDegenerateKl = mask,
        };
        RolloutGroups groups = Draw(random, old, 4);

        // With c = 0 the old policy stands on the bound, where the objective has no derivative: there a step begins beside it.
        double[] policy = clipHigh == 0 ? LogPolicy(random, 0.8) : [.. old];
        double[] expected = [.. policy];
        for (int step = 0; step < 4; step++)
        {
            expected = Ascend(groups, settings, 0.3, expected, old, reference);
        }

        new GradientUpdate(settings, 0.3, Success.Length).Apply(policy, old, reference, groups.Statistic(settings, 0.3, old, reference));
        Assert.All(policy.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 2e-8));
    }

    [Fact]
    public void On_the_old_policy_itself_no_clip_acts()
    {
        var random = new System.Random(22);
        double[] old = LogPolicy(random, 1);
        double[] unclipped = [.. old];
        double[] clipped = [.. old];
        GradientStatistic statistic = Draw(random, old, 4).Statistic(new GradientSettings(), 1, old, old);
        new GradientUpdate(new GradientSettings(), 1, 6).Apply(unclipped, old, old, statistic);
        new GradientUpdate(new GradientSettings { ClipLow = 0, ClipHigh = 0 }, 1, 6).Apply(clipped, old, old, statistic);
        Assert.Equal(unclipped, clipped);
        Assert.NotEqual(old, clipped);
    }

    [Fact]
    public void Where_all_groups_are_degenerate_and_beta_is_zero_nothing_moves()
    {
        var random = new System.Random(23);
        double[] old = LogPolicy(random, 1);
        double[] reference = LogPolicy(random, 1);
        long[] successes = new long[5 * 6];
        long[] failures = new long[5 * 6];
        successes[(4 * 6) + 0] = 9;
        successes[(4 * 6) + 2] = 3;
        failures[1] = 8;
        var statistic = new GradientStatistic(6);
        foreach (KlEstimator kl in Enum.GetValues<KlEstimator>())
        {
            // epsilon 0: s(0) and s(G) are infinite.
            new ArmAdvantages(AdvantageRule.Named[0].Scale(4, 0), false).Fill(successes, failures, 5, statistic);
            double[] policy = [.. old];
            new GradientUpdate(new GradientSettings { Kl = kl, Steps = 3 }, 0, 6).Apply(policy, old, reference, statistic);
            Assert.All(policy.Zip(old), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
        }

        // A sampled KL still acts on their rollouts, unless it is masked.
        double[] pulled = [.. old];
        new GradientUpdate(new GradientSettings(), 1, 6).Apply(pulled, old, reference, statistic);
        Assert.True(Math.Abs(pulled[0] - old[0]) > 1e-3);
        new ArmAdvantages(AdvantageRule.Named[0].Scale(4, 0), true).Fill(successes, failures, 5, statistic);
        double[] masked = [.. old];
        new GradientUpdate(new GradientSettings { MaskDegenerateKl = true }, 1, 6).Apply(masked, old, reference, statistic);
        Assert.All(masked.Zip(old), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
    }

    [Theory]
    [InlineData(KlEstimator.Exact)]
    [InlineData(KlEstimator.K1)]
    [InlineData(KlEstimator.K2)]
    [InlineData(KlEstimator.K3)]
    [InlineData(KlEstimator.CorrectedK3)]
    [InlineData(KlEstimator.K1InReward)]
    public void Saturated_policies_stay_finite_and_normalised(KlEstimator kl)
    {
        var statistic = new GradientStatistic(3);
        double[][] policies =
        [
            [-1e4, 0, -2e4], [0, -1e4, -1e4], [-1e6, -1e6, 0], [-1.0986122886681098, -1.0986122886681098, -1.0986122886681098], [-744, -800, 0],
        ];
        foreach (double[] start in policies)
        {
            foreach (double[] old in policies)
            {
                foreach (double[] reference in policies)
                {
                    foreach ((double rate, double beta) in new[] { (0.1, 1.0), (100, 1e3), (1e12, 1e12) })
                    {
                        statistic.PositiveAdvantage[0] = 0.4;
                        statistic.NegativeAdvantage[1] = -0.3;
                        statistic.NegativeAdvantage[2] = -0.1;
                        statistic.Share[0] = 0.2;
                        statistic.Share[1] = 0.5;
                        statistic.Share[2] = 0.3;
                        double[] policy = [.. start];
                        new GradientUpdate(new GradientSettings { Kl = kl, LearningRate = rate, Steps = 50 }, beta, 3)
                            .Apply(policy, old, reference, statistic);
                        Assert.All(policy, log => Assert.True(log is >= CategoricalPolicies.SmallestLogProbability and <= 0));
                        Assert.Equal(1, policy.Sum(Math.Exp), 1e-12);
                    }
                }
            }
        }
    }

    [Fact]
    public void The_limit_of_a_log_ratio_is_fifty()
    {
        // rho = e^50 in place of e^9999: one step of eta 1e-20 raises the arm's logit by 1e-20 e^50 W+ (1-pi).
        const double W = 0.25;
        double large = Math.Exp(50);
        double half = -Math.Log(2);
        var statistic = new GradientStatistic(2);
        statistic.PositiveAdvantage[0] = W;
        double[] policy = [half, half];
        new GradientUpdate(new GradientSettings { LearningRate = 1e-20 }, 0, 2).Apply(policy, [half - 9999, 0], policy, statistic);
        Assert.Equal(1e-20 * large * W, policy[0] - policy[1], 1e-12);

        // ref/pi = e^50 in place of e^9999, for k3: both arms together, b_0 = f (1 - e^50) at pi_0 = 0.
        statistic.Clear();
        statistic.Share[0] = 0.5;
        policy = [-9999, 0];
        new GradientUpdate(new GradientSettings { LearningRate = 1e-20 }, 1, 2).Apply(policy, policy.ToArray(), [0, -9999], statistic);
        Assert.Equal(-9999 + (1e-20 * large), policy[0] - policy[1], 1e-8);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var random = new System.Random(24);
        double[] old = LogPolicy(random, 1);
        double[] policy = [.. old];
        GradientStatistic statistic = Draw(random, old, 4).Statistic(new GradientSettings(), 1, old, old);
        var update = new GradientUpdate(new GradientSettings { Steps = 3 }, 1, 6);
        Assert.Equal(0, Allocation.Of(() => update.Apply(policy, old, old, statistic)));
    }

    private static RolloutGroups Draw(System.Random random, double[] old, int groupSize) =>
        new(random, [.. old.Select(Math.Exp)], Success, 7, groupSize);

    private static double[] LogPolicy(System.Random random, double spread) =>
        Normalised([.. Success.Select(_ => spread * ((2 * random.NextDouble()) - 1))]);

    private static double[] Normalised(double[] logits)
    {
        double sum = Math.Log(logits.Sum(Math.Exp));
        return [.. logits.Select(x => x - sum)];
    }

    // One step along the central differences of the objective by each logit.
    private static double[] Ascend(
        RolloutGroups groups, GradientSettings settings, double beta, double[] policy, double[] old, double[] reference)
    {
        const double H = 1e-5;
        return Normalised([.. policy.Select((logit, o) => logit + (settings.LearningRate * (At(o, H) - At(o, -H)) / (2 * H)))]);

        double At(int arm, double shift)
        {
            double[] moved = [.. policy];
            moved[arm] += shift;
            return groups.Objective(settings, beta, Normalised(moved), old, reference);
        }
    }
}
