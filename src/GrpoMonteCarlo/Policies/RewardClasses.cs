using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Policies;

/// <summary>
/// A policy over arms seen as success or failure and, given which, an arm: its success probability as a logit, and each arm's share of
/// its class. Both keep their digits however rare a class is.
/// </summary>
internal sealed class RewardClasses
{
    // The arms of a class one after another: which class an arm is of nobody can predict.
    private readonly int[] _successes;
    private readonly int[] _failures;

    /// <param name="succeeds">r(o), arm by arm.</param>
    public RewardClasses(bool[] succeeds)
    {
        _successes = [.. Enumerable.Range(0, succeeds.Length).Where(o => succeeds[o])];
        _failures = [.. Enumerable.Range(0, succeeds.Length).Where(o => !succeeds[o])];
    }

    /// <summary>Splits a policy. Returns L, the logit of its success probability.</summary>
    /// <param name="logPolicy">Its log-probabilities, up to a constant.</param>
    /// <param name="shares">At an arm, its probability among those of its reward.</param>
    public double Split(ReadOnlySpan<double> logPolicy, Span<double> shares) => Split(logPolicy, shares, out _);

    /// <summary>
    /// Normalises a policy, so that its probabilities add up to 1, and splits it. No log-probability is left below
    /// <see cref="CategoricalPolicies.SmallestLogProbability"/>.
    /// </summary>
    /// <param name="logits">Its log-probabilities up to a constant; replaced.</param>
    /// <param name="shares">At an arm, its probability among those of its reward.</param>
    /// <returns>L, the logit of its success probability.</returns>
    public double Normalise(Span<double> logits, Span<double> shares)
    {
        double logit = Split(logits, shares, out double logTotal);
        for (int o = 0; o < logits.Length; o++)
        {
            logits[o] = Math.Max(CategoricalPolicies.SmallestLogProbability, logits[o] - logTotal);
        }

        return logit;
    }

    /// <summary>
    /// How many arms share the successes: 1 / sum of squares of their shares, from 1 to the number of arms that succeed.
    /// </summary>
    public double EffectiveSuccessArms(ReadOnlySpan<double> shares)
    {
        double squares = 0;
        foreach (int o in _successes)
        {
            squares += shares[o] * shares[o];
        }

        return 1 / squares;
    }

    private double Split(ReadOnlySpan<double> logPolicy, Span<double> shares, out double logTotal)
    {
        double largestSuccess = SetBelowLargest(_successes, logPolicy, shares);
        double largestFailure = SetBelowLargest(_failures, logPolicy, shares);
        Elementary.Exp(shares, shares);
        double logSuccess = largestSuccess + Elementary.Log(Share(_successes, shares));
        double logFailure = largestFailure + Elementary.Log(Share(_failures, shares));
        double larger = Math.Max(logSuccess, logFailure);
        logTotal = larger + Elementary.LogOnePlusExp(Math.Min(logSuccess, logFailure) - larger);
        return logSuccess - logFailure;
    }

    private static double SetBelowLargest(int[] arms, ReadOnlySpan<double> logPolicy, Span<double> shares)
    {
        double largest = double.NegativeInfinity;
        foreach (int o in arms)
        {
            largest = Math.Max(largest, logPolicy[o]);
        }

        foreach (int o in arms)
        {
            shares[o] = logPolicy[o] - largest;
        }

        return largest;
    }

    // Returns what the weights added up to, 1 at least.
    private static double Share(int[] arms, Span<double> shares)
    {
        double sum = 0;
        foreach (int o in arms)
        {
            sum += shares[o];
        }

        foreach (int o in arms)
        {
            shares[o] /= sum;
        }

        return sum;
    }
}
