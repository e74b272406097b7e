using GrpoMonteCarlo.Policies;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Policies;

public class CategoricalPoliciesTests
{
    private static readonly bool[] Succeeds = [true, false, true, false];
    private static readonly double[] Start = [.. new[] { 0.1, 0.2, 0.3, 0.4 }.Select(p => Math.Log(p))];

    /// <summary>Tilts of all sizes, one upon the other, as an update arm by arm makes them.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void A_policy_stays_normalised_for_a_thousand_updates(double largest)
    {
        var random = new System.Random(8);
        double[] policy = [.. Enumerable.Range(0, 200).Select(o => -Math.Log(200))];
        double[] shares = new double[200];
        var classes = new RewardClasses([.. Enumerable.Range(0, 200).Select(o => o % 3 == 0)]);
        for (int n = 0; n < 1000; n++)
        {
            for (int o = 0; o < policy.Length; o++)
            {
                policy[o] += largest * ((2 * random.NextDouble()) - 1);
            }

            classes.Normalise(policy, shares);
            Assert.Equal(1, policy.Sum(Math.Exp), 1e-12);
            Assert.All(policy, log => Assert.InRange(log, CategoricalPolicies.SmallestLogProbability, 1e-15));
        }
    }

    [Fact]
    public void Gradient_steps_leave_a_policy_normalised()
    {
        var random = new System.Random(9);
        var update = new GradientUpdate(new GradientSettings { Kl = KlEstimator.K2, LearningRate = 0.5, Steps = 2 }, 1, 4);
        var statistic = new GradientStatistic(4);
        double[] policy = [.. Start];
        for (int n = 0; n < 1000; n++)
        {
            for (int o = 0; o < 4; o++)
            {
                statistic.PositiveAdvantage[o] = random.NextDouble();
                statistic.NegativeAdvantage[o] = -random.NextDouble();
                statistic.Share[o] = random.NextDouble() / 2;
            }

            update.Apply(policy, [.. policy], Start, statistic);
            Assert.Equal(1, policy.Sum(Math.Exp), 1e-12);
        }
    }

    [Fact]
    public void An_overflowing_tilt_leaves_one_arm()
    {
        double[] policy = [1e300, 5, -1e300, 3];
        new RewardClasses(Succeeds).Normalise(policy, new double[4]);
        Assert.Equal([0, CategoricalPolicies.SmallestLogProbability, CategoricalPolicies.SmallestLogProbability, CategoricalPolicies.SmallestLogProbability], policy);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Rollouts_come_from_the_policy_of_so_many_updates_ago(int lag)
    {
        var policies = new CategoricalPolicies(2, Succeeds, Start, Start, changesReference: false, lag: lag);
        for (int n = 0; n < 10; n++)
        {
            Assert.Equal(Math.Max(0, n - lag) * 10, policies.LogSampled(1)[2] - Start[2], 1e-12);
            Assert.Equal(Start[2], policies.LogReference(1)[2]);
            policies.LogPolicy(1)[2] += 10;
            policies.PoliciesChanged();
            Assert.Equal(Start[2], policies.LogSampled(0)[2]); // the other replicate stays
        }
    }

    [Fact]
    public void In_stages_every_replicate_has_a_reference_of_its_own()
    {
        var policies = new CategoricalPolicies(2, Succeeds, Start, Start, changesReference: true, lag: 0);
        policies.LogPolicy(0)[0] = -7;
        policies.PoliciesChanged();
        Assert.Equal(Start, policies.LogReference(0).ToArray());
        policies.ReferToThemselves();
        Assert.Equal(-7, policies.LogReference(0)[0]);
        Assert.Equal(Start, policies.LogReference(1).ToArray());
        policies.LogPolicy(0)[0] = -8;
        Assert.Equal(-7, policies.LogReference(0)[0]);
    }

    /// <summary>The success probability and the shares keep their digits where a class is far below the range of a double.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-50)]
    [InlineData(-5000)]
    [InlineData(3000)]
    public void Classes_keep_their_digits(double tilt)
    {
        double[] policy = [.. Start.Select((log, o) => Succeeds[o] ? log + tilt : log)];
        double[] shares = new double[4];
        double logit = new RewardClasses(Succeeds).Split(policy, shares);
        Assert.Equal(Math.Log(0.4 / 0.6) + tilt, logit, 1e-13 * Math.Max(1, Math.Abs(tilt)));
        Assert.All(new[] { 0.25, 1.0 / 3, 0.75, 2.0 / 3 }.Zip(shares), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    /// <summary>The two-point policies of many prompts know what was sampled, too.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Two_point_policies_sample_so_many_updates_ago(int lag)
    {
        var policies = new TwoPointPolicies([-1.0, 0, 2], [-1.0, 0, 2], lag);
        for (int n = 0; n < 8; n++)
        {
            double sampled = 2 + (3 * Math.Max(0, n - lag));
            Assert.Equal(SuccessProbability.FromLogit(sampled).Rarer, policies.SampledRarer(2), 1e-16);
            Assert.False(policies.SuccessIsRare(2));
            Assert.True(policies.SuccessIsRare(0));
            Assert.Equal(1 / (1 + Math.Exp(2 + (3 * n))), policies.Rarer[2], 1e-15);
            policies.Logit[2] += 3;
            policies.LogitsChanged();
        }

        Assert.Equal(2, policies.ReferenceLogit[2]);
        policies.ReferToThemselves();
        Assert.Equal(26, policies.ReferenceLogit[2]);
    }
}
