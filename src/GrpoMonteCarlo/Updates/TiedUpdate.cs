using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Updates;

/// <summary>
/// One simulated GRPO update of a two-point policy (theory.md section 5), all successes tilted alike. It needs only the counts of
/// groups by K, which are exact integers; floating-point work begins here, in one fixed order.
/// </summary>
internal sealed class TiedUpdate
{
    private readonly Estimator _estimator;
    private readonly KlAnchor _anchor;
    private readonly double _beta;
    private readonly double[] _termsBySuccesses;
    private readonly double[] _termsByFailures;

    /// <param name="estimator">How the step is estimated.</param>
    /// <param name="scale">s(0), ..., s(G).</param>
    /// <param name="anchor">What the KL term holds on to.</param>
    /// <param name="beta">KL strength.</param>
    public TiedUpdate(Estimator estimator, IReadOnlyList<double> scale, KlAnchor anchor, double beta)
    {
        _estimator = estimator;
        _anchor = anchor;
        _beta = beta;
        _termsBySuccesses = estimator == Estimator.PlugIn ? [.. scale] : new FiniteGroupOmega(scale).Phi;
        _termsByFailures = [.. _termsBySuccesses.Reverse()];
    }

    /// <summary>
    /// The sum over groups that the step is made of: of phi(K_g), or of s(K_g) for the plug-in; from the histogram of the rarer
    /// outcome's count, in the order of that count.
    /// </summary>
    public double Sum(ReadOnlySpan<long> rareCounts, bool successIsRare)
    {
        ReadOnlySpan<double> terms = successIsRare ? _termsBySuccesses : _termsByFailures;
        double sum = 0;
        for (int j = 0; j < terms.Length && j < rareCounts.Length; j++)
        {
            sum += rareCounts[j] * terms[j];
        }

        return sum;
    }

    /// <summary>
    /// The log-odds step. 0 where no group was informative, without dividing: q may be 0 there.
    /// </summary>
    /// <param name="sum">What <see cref="Sum"/> gave.</param>
    /// <param name="groups">How many groups the estimator takes the mean over.</param>
    /// <param name="pooledShare">Share of the update's rollouts that were the rarer outcome, of all M groups.</param>
    /// <param name="q">The rarer outcome's probability as it was sampled.</param>
    public double Step(double sum, long groups, double pooledShare, double q)
    {
        if (sum == 0)
        {
            return 0;
        }

        double rarer = _estimator == Estimator.SelfNormalized ? pooledShare : q;
        return _estimator == Estimator.PlugIn ? sum / groups : sum / (groups * (rarer * (1 - rarer)));
    }

    /// <summary>L_n from L_{n-1} and the step.</summary>
    public double NextLogit(double referenceLogit, double previousLogit, double step) =>
        Recurrence.AnchorLogit(_anchor.Alpha, referenceLogit, previousLogit) + (step / _beta);
}
