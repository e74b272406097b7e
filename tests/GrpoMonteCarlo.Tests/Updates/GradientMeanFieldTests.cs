using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Updates;

/// <summary>Where the expected update leads a policy of five arms with p_ref = 0.3 (theory.md section 5, Known).</summary>
public class GradientMeanFieldTests
{
    private const double Beta = 5;
    private const double Epsilon = 1e-5;

    private static readonly bool[] Success = [true, false, true, false, false];
    private static readonly double[] Reference = [.. new[] { 0.1, 0.4, 0.2, 0.25, 0.05 }.Select(p => Math.Log(p))];
    private static readonly AdvantageRule Grpo = AdvantageRule.Named[0];

    [Theory]
    [InlineData(KlEstimator.Exact, 8, 0.38480)]
    [InlineData(KlEstimator.K2, 8, 0.38480)]
    [InlineData(KlEstimator.CorrectedK3, 8, 0.38480)]
    [InlineData(KlEstimator.K3, 8, 0.38978)]
    [InlineData(KlEstimator.Exact, 0, 0.39229)]
    [InlineData(KlEstimator.K2, 0, 0.39229)]
    [InlineData(KlEstimator.CorrectedK3, 0, 0.39229)]
    [InlineData(KlEstimator.K3, 0, 0.39789)]
    public void It_ends_at_the_stationary_point_of_its_kl(KlEstimator kl, int groupSize, double expected)
    {
        Omega omega = groupSize == 0 ? Grpo.Population(Epsilon)! : Grpo.FiniteGroup(groupSize, Epsilon);
        double[] policy = Follow(new GradientSettings { Kl = kl }, omega, null, 3000);
        double p = Probability(policy);
        Assert.Equal(expected, p, 5e-6);

        // What a stationary point is: the paper's fixed point, or p - p_ref = p(1-p) Omega/beta.
        var at = SuccessProbability.FromP(p);
        if (kl == KlEstimator.K3)
        {
            Assert.Equal(at.Variance * omega.At(at) / Beta, p - 0.3, 1e-12);
        }
        else
        {
            var recurrence = new Recurrence(omega, 1, SuccessProbability.FromP(0.3), Beta);
            Assert.Equal(p, Orbit.Follow(recurrence, at).Limit!.Value.P, 1e-12);
        }

        // Arms of one kind keep the reference policy's proportions.
        Assert.Equal(Math.Log(2), policy[2] - policy[0], 1e-10);
        Assert.Equal(Math.Log(8), policy[1] - policy[4], 1e-10);
    }

    [Fact]
    public void K1_in_the_loss_does_not_regularise()
    {
        double[] policy = [.. Reference];
        double p = 0.3;
        for (int i = 0; i < 20; i++)
        {
            policy = Follow(new GradientSettings { Kl = KlEstimator.K1 }, Grpo.FiniteGroup(8, Epsilon), null, 1000, policy);
            Assert.True(Probability(policy) > p);
            p = Probability(policy);
        }

        Assert.True(p > 0.999);
    }

    [Fact]
    public void Masking_degenerate_groups_moves_the_stationary_point()
    {
        // With v = m (pi - ref) for the KL, m = 1-p^(G-1) for successes and 1-(1-p)^(G-1) for failures, v = pi sum(v) adds up to
        // p(1-p) Omega = beta (p - p_ref) ((1-p) m_success + p m_failure).
        FiniteGroupOmega omega = Grpo.FiniteGroup(4, Epsilon);
        double p = Probability(Follow(new GradientSettings { MaskDegenerateKl = true }, omega, 4, 4000));
        double informative = ((1 - p) * (1 - Math.Pow(p, 3))) + (p * (1 - Math.Pow(1 - p, 3)));
        var at = SuccessProbability.FromP(p);
        Assert.Equal(at.Variance * omega.At(at) / (Beta * informative), p - 0.3, 1e-12);
        Assert.True(p > 0.005 + Probability(Follow(new GradientSettings(), omega, null, 4000)));
    }

    /// <summary>At pi proportional to pi_ref e^(r/beta) all penalised rewards are equal: no rule, and no draw of groups, moves it.</summary>
    [Theory]
    [InlineData("grpo")]
    [InlineData("grpo-sample-std")]
    [InlineData("dr-grpo")]
    [InlineData("rloo")]
    public void K1_in_the_reward_ends_at_one_over_beta_whatever_the_rule(string ruleName)
    {
        AdvantageRule rule = AdvantageRule.Named.Single(r => r.Name == ruleName);
        var update = new GradientUpdate(new GradientSettings { Kl = KlEstimator.K1InReward, LearningRate = 0.05 }, Beta, 5);
        var advantages = new RewardPenaltyAdvantages(rule, 0.1, 8);
        var statistic = new GradientStatistic(5);
        double[] policy = [.. Reference];
        for (int i = 0; i < 6000; i++)
        {
            double[] old = [.. policy];
            advantages.FillPopulation(old, Success, [.. old.Zip(Reference, (p, q) => Beta * (p - q))], statistic);
            update.Apply(policy, old, Reference, statistic);
        }

        double limit = SuccessProbability.FromP(0.3).Logit + (1 / Beta);
        Assert.Equal(limit, SuccessProbability.FromP(Probability(policy)).Logit, 1e-10);

        var random = new System.Random(40);
        ushort[] arms = [.. Enumerable.Range(0, 8).Select(_ => (ushort)random.Next(5))];
        statistic.Clear();
        advantages.Add(arms, [.. arms.Select(o => Success[o] ? (byte)1 : (byte)0)], [.. policy.Zip(Reference, (p, q) => Beta * (p - q))], statistic);
        Assert.All(statistic.PositiveAdvantage.Concat(statistic.NegativeAdvantage), a => Assert.Equal(0, a, 1e-8));
    }

    private static double Probability(double[] policy) => Math.Exp(policy[0]) + Math.Exp(policy[2]);

    private static double[] Follow(GradientSettings settings, Omega omega, int? maskedGroupSize, int updates, double[]? start = null)
    {
        var update = new GradientUpdate(settings, Beta, 5);
        var statistic = new GradientStatistic(5);
        double[] policy = [.. start ?? Reference];
        double[] old = new double[5];
        for (int i = 0; i < updates; i++)
        {
            policy.CopyTo(old, 0);
            double p = Math.Exp(old[0]) + Math.Exp(old[2]);
            double oneMinusP = Math.Exp(old[1]) + Math.Exp(old[3]) + Math.Exp(old[4]);
            double value = omega.At(SuccessProbability.FromLogit(Math.Log(p / oneMinusP)));
            ArmAdvantages.FillExpected(old, Success, p, oneMinusP, value, VerifierNoise.None, maskedGroupSize, statistic);
            update.Apply(policy, old, Reference, statistic);
        }

        return policy;
    }
}
