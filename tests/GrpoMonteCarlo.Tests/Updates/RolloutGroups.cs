using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Updates;

/// <summary>
/// M groups of G rollouts, one by one, with the objective of theory.md section 5 written over the rollouts themselves: what the
/// per-arm sums are measured against.
/// </summary>
internal sealed class RolloutGroups
{
    private const double Epsilon = 1e-4;

    private readonly ushort[][] _arms;
    private readonly byte[][] _rewards;

    public RolloutGroups(System.Random random, double[] behaviour, bool[] success, int groups, int groupSize)
    {
        _arms = [.. Enumerable.Range(0, groups).Select(_ => Draws(random, behaviour, groupSize))];
        _rewards = [.. _arms.Select(group => group.Select(o => success[o] ? (byte)1 : (byte)0).ToArray())];
        GroupSize = groupSize;
    }

    public int GroupSize { get; }

    private double Rollouts => (double)_arms.Length * GroupSize;

    /// <summary>The objective at log-probabilities <paramref name="policy"/>.</summary>
    public double Objective(GradientSettings settings, double beta, double[] policy, double[] old, double[] reference)
    {
        double sum = 0;
        for (int g = 0; g < _arms.Length; g++)
        {
            double[] advantages = Advantages(settings, beta, _arms[g], _rewards[g], old, reference);
            bool masked = settings.MaskDegenerateKl && _rewards[g].Distinct().Count() == 1;
            for (int i = 0; i < GroupSize; i++)
            {
                int o = _arms[g][i];
                double ratio = Math.Exp(policy[o] - old[o]);
                double clipped = Math.Min(Math.Max(ratio, 1 - settings.ClipLow), 1 + settings.ClipHigh);
                sum += Math.Min(ratio * advantages[i], clipped * advantages[i]);
                sum -= masked ? 0 : beta * SampledKl(settings.Kl, policy[o] - reference[o], ratio);
            }
        }

        double kl = settings.Kl == KlEstimator.Exact ? policy.Zip(reference, (p, q) => Math.Exp(p) * (p - q)).Sum() : 0;
        return (sum / Rollouts) - (beta * kl);
    }

    /// <summary>The same rollouts as the statistic that an update takes.</summary>
    public GradientStatistic Statistic(GradientSettings settings, double beta, double[] old, double[] reference)
    {
        int arms = old.Length;
        var statistic = new GradientStatistic(arms);
        AdvantageRule rule = AdvantageRule.Named[0];
        if (settings.Kl == KlEstimator.K1InReward)
        {
            var advantages = new RewardPenaltyAdvantages(rule, Epsilon, GroupSize);
            double[] penalties = [.. old.Zip(reference, (p, q) => beta * (p - q))];
            for (int g = 0; g < _arms.Length; g++)
            {
                advantages.Add(_arms[g], _rewards[g], penalties, statistic);
            }

            statistic.DivideBy(Rollouts);
            return statistic;
        }

        (long[] successes, long[] failures) = Counts(arms);
        new ArmAdvantages(rule.Scale(GroupSize, Epsilon), settings.MaskDegenerateKl).Fill(successes, failures, _arms.Length, statistic);
        return statistic;
    }

    /// <summary>Rollouts by the group's K and by arm, of the successes and of the failures.</summary>
    public (long[] Successes, long[] Failures) Counts(int arms)
    {
        var successes = new long[(GroupSize + 1) * arms];
        var failures = new long[(GroupSize + 1) * arms];
        for (int g = 0; g < _arms.Length; g++)
        {
            int k = _rewards[g].Sum(r => r);
            for (int i = 0; i < GroupSize; i++)
            {
                (_rewards[g][i] == 1 ? successes : failures)[(k * arms) + _arms[g][i]]++;
            }
        }

        return (successes, failures);
    }

    private static double SampledKl(KlEstimator kl, double logRatio, double importance)
    {
        double k3 = Math.Exp(-logRatio) - 1 + logRatio;
        return kl switch
        {
            KlEstimator.K1 => logRatio,
            KlEstimator.K2 => logRatio * logRatio / 2,
            KlEstimator.K3 => k3,
            KlEstimator.CorrectedK3 => importance * k3,
            _ => 0,
        };
    }

    private static double[] Advantages(
        GradientSettings settings, double beta, ushort[] arms, byte[] rewards, double[] old, double[] reference)
    {
        double penalty = settings.Kl == KlEstimator.K1InReward ? beta : 0;
        double[] values = [.. arms.Select((o, i) => rewards[i] - (penalty * (old[o] - reference[o])))];
        double mean = values.Average();
        double variance = values.Average(x => (x - mean) * (x - mean));
        return [.. values.Select(x => (x - mean) / Math.Sqrt(variance + Epsilon))];
    }

    private static ushort[] Draws(System.Random random, double[] probabilities, int count)
    {
        var draws = new ushort[count];
        for (int i = 0; i < count; i++)
        {
            double u = random.NextDouble();
            while (draws[i] < probabilities.Length - 1 && u >= probabilities[draws[i]])
            {
                u -= probabilities[draws[i]++];
            }
        }

        return draws;
    }
}
