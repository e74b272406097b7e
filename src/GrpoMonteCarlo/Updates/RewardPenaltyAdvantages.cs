using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Updates;

/// <summary>
/// A gradient update's statistic where k1 stands in the reward (theory.md section 5): a rollout's reward is
/// x_i = r_i - beta log(pi_old/pi_ref)(o_i), and the advantage comes from the mean and the standard deviation of these real numbers, by
/// the rule's own formula: <c>grpo</c> (x-mean)/sqrt(var+epsilon); <c>grpo-sample-std</c> (x-mean)/(sd of ddof 1 + epsilon);
/// <c>dr-grpo</c> x-mean; <c>rloo</c> (x-mean) G/(G-1). A group of equal rewards has advantage 0, also with epsilon 0.
/// It needs the groups themselves. Keeps scratch, so each worker has its own.
/// </summary>
internal sealed class RewardPenaltyAdvantages
{
    private readonly Func<double, double, double> _scale; // of the population variance and of G/(G-1)
    private readonly double[] _difference; // of a group's rewards from its first

    /// <param name="rule">The advantage rule, one of those named above.</param>
    /// <param name="epsilon">Smoothing, at least 0.</param>
    /// <param name="groupSize">G, at least 2.</param>
    /// <exception cref="ArgumentException">
    /// <c>maxrl</c> and given scale tables are defined for rewards of 0 and 1 only.
    /// </exception>
    public RewardPenaltyAdvantages(AdvantageRule rule, double epsilon, int groupSize)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        Func<double, double, double, double> scale = rule.RealScale ?? throw new ArgumentException(
            $"the advantage rule {rule.Name} is defined for rewards of 0 and 1 only: the KL cannot stand in the reward", nameof(rule));
        _scale = (variance, bessel) => scale(variance, bessel, epsilon);
        _difference = new double[groupSize];
    }

    /// <summary>Whether a rule has a form for rewards that are not 0 or 1.</summary>
    public static bool Takes(AdvantageRule rule) => rule.RealScale is not null;

    /// <summary>
    /// Adds one group's advantages and draws to the sums; after the last group <see cref="GradientStatistic.DivideBy"/> makes them
    /// means. Groups are added in a fixed order.
    /// </summary>
    /// <param name="arms">The arm of each of the G rollouts.</param>
    /// <param name="rewards">The reward of each, 0 or 1.</param>
    /// <param name="penalties">beta log(pi_old/pi_ref) of each arm.</param>
    /// <param name="statistic">What is added to.</param>
    public void Add(ReadOnlySpan<ushort> arms, ReadOnlySpan<byte> rewards, ReadOnlySpan<double> penalties, GradientStatistic statistic)
    {
        int g = _difference.Length;

        // Differences from the first reward, so that equal rewards give exactly 0.
        double first = rewards[0] - penalties[arms[0]];
        double sum = 0;
        for (int i = 0; i < g; i++)
        {
            _difference[i] = rewards[i] - penalties[arms[i]] - first;
            sum += _difference[i];
        }

        double mean = sum / g;
        double squares = 0;
        foreach (double difference in _difference)
        {
            squares += (difference - mean) * (difference - mean);
        }

        double scale = squares == 0 ? 0 : _scale(squares / g, (double)g / (g - 1));
        for (int i = 0; i < g; i++)
        {
            AddSplit((_difference[i] - mean) * scale, arms[i], statistic);
            statistic.Share[arms[i]]++;
        }
    }

    /// <summary>
    /// The statistic in the limit of infinitely large groups: the mean and the standard deviation are those under pi_old.
    /// </summary>
    /// <param name="logBehaviour">log pi_old of each arm.</param>
    /// <param name="success">Whether each arm is a success.</param>
    /// <param name="penalties">beta log(pi_old/pi_ref) of each arm.</param>
    /// <param name="statistic">What is filled.</param>
    public void FillPopulation(
        ReadOnlySpan<double> logBehaviour, ReadOnlySpan<bool> success, ReadOnlySpan<double> penalties, GradientStatistic statistic)
    {
        statistic.Clear();
        double first = Reward(success[0]) - penalties[0];
        double mean = 0;
        for (int o = 0; o < logBehaviour.Length; o++)
        {
            statistic.Share[o] = Elementary.Exp(logBehaviour[o]);
            mean += statistic.Share[o] * (Reward(success[o]) - penalties[o] - first);
        }

        double variance = 0;
        for (int o = 0; o < logBehaviour.Length; o++)
        {
            double deviation = Reward(success[o]) - penalties[o] - first - mean;
            variance += statistic.Share[o] * (deviation * deviation);
        }

        double scale = variance == 0 ? 0 : _scale(variance, 1);
        for (int o = 0; o < logBehaviour.Length; o++)
        {
            double deviation = Reward(success[o]) - penalties[o] - first - mean;
            AddSplit(deviation * scale * statistic.Share[o], o, statistic);
        }
    }

    private static double Reward(bool success) => success ? 1 : 0;

    private static void AddSplit(double advantage, int arm, GradientStatistic statistic) =>
        (advantage > 0 ? statistic.PositiveAdvantage : statistic.NegativeAdvantage)[arm] += advantage;
}
