using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// A verifier that errs (theory.md section 5): a failure passes as a success with chance fp, a success as a failure with chance fn, so
/// that groups see p~ = fp + (1-fp-fn) p.
/// </summary>
public readonly record struct VerifierNoise
{
    /// <param name="falsePositive">fp, at least 0.</param>
    /// <param name="falseNegative">fn, at least 0; fp + fn below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is negative, or they add up to 1 or more.</exception>
    public VerifierNoise(double falsePositive, double falseNegative)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(falsePositive);
        ArgumentOutOfRangeException.ThrowIfNegative(falseNegative);
        if (!(falsePositive + falseNegative < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(falseNegative), falseNegative, "fp + fn lies below 1.");
        }

        FalsePositive = falsePositive;
        FalseNegative = falseNegative;
    }

    /// <summary>A verifier that never errs.</summary>
    public static VerifierNoise None => default;

    /// <summary>fp, the chance that a failure passes as a success.</summary>
    public double FalsePositive { get; }

    /// <summary>fn, the chance that a success passes as a failure.</summary>
    public double FalseNegative { get; }

    /// <summary>1-fp-fn, what is left of a difference in p.</summary>
    public double Kept => 1 - FalsePositive - FalseNegative;

    /// <summary>Whether the verifier never errs.</summary>
    public bool IsNone => FalsePositive == 0 && FalseNegative == 0;

    /// <summary>p~ and 1-p~, neither by subtraction.</summary>
    public (double P, double OneMinusP) Observed(double p, double oneMinusP) =>
        (FalsePositive + (Kept * p), FalseNegative + (Kept * oneMinusP));

    /// <summary>p~ as a success probability, from any logit; p itself without noise.</summary>
    public SuccessProbability Observed(SuccessProbability p)
    {
        if (IsNone)
        {
            return p;
        }

        // Without errors of one kind that edge stays an edge: there the logit only moves, also where p is below the range of a double.
        if (FalsePositive == 0 && p.Logit < -40)
        {
            return SuccessProbability.FromLogit(p.Logit + Elementary.Log(Kept));
        }

        if (FalseNegative == 0 && p.Logit > 40)
        {
            return SuccessProbability.FromLogit(p.Logit - Elementary.Log(Kept));
        }

        (double observed, double complement) = Observed(p.P, p.OneMinusP);
        double odds = observed / complement;
        return SuccessProbability.FromLogit(
            odds is > 0.75 and < 1.375 ? Elementary.LogOnePlus((observed - complement) / complement) : Elementary.Log(odds));
    }

    /// <summary>
    /// p/p~ and (1-p)/(1-p~), also at the edges where both are 0. Their product times 1-fp-fn is the slope of logit p~ in logit p, and
    /// P(success | seen as success) - P(success | seen as failure).
    /// </summary>
    public (double Success, double Failure) Ratios(double p, double oneMinusP)
    {
        (double observed, double complement) = Observed(p, oneMinusP);
        return (FalsePositive == 0 ? 1 / Kept : p / observed, FalseNegative == 0 ? 1 / Kept : oneMinusP / complement);
    }
}
