namespace GrpoMonteCarlo.Theory;

/// <summary>What one group adds to the certificate's sum (theory.md section 6).</summary>
internal enum GroupTerm
{
    /// <summary>phi(K) of every group: <c>importance</c>, <c>self-normalized</c> and <c>drop-degenerate</c>.</summary>
    Phi,

    /// <summary>s(K) of every group: <c>plug-in</c>.</summary>
    Scale,

    /// <summary>phi(K) of the groups with 0 &lt; K &lt; G: <c>dynamic-sampling</c>.</summary>
    InformativePhi,
}

/// <summary>
/// The moments of one group's term X (theory.md section 6). With verifier noise K counts the successes seen, t_i says whether rollout i
/// truly succeeded, and X = (1/G) sum_i A_i (t_i - p). With a and b the chances that what is seen as a success, or as a failure, is one,
/// E[X|K] = phi(K) (a-b) and Var[X|K] = s(K) phi(K)/G [(1-k) a(1-a) + k b(1-b)], k = K/G.
/// </summary>
internal sealed class GroupTerms
{
    private readonly FiniteGroupOmega _omega;
    private readonly GroupTerm _term;
    private readonly VerifierNoise _noise;
    private readonly BinomialSpread? _spread; // of a term that is not phi(K) of every group
    private readonly BinomialExpectation? _scatter; // over Binomial(G-2), K = J+1: s(K)^2 (1-k), s(K)^2 k, G^2 / (K(G-K))

    /// <param name="scale">s(0), ..., s(G): G+1 values, not negative; the first and the last only count for <see cref="GroupTerm.Scale"/>.</param>
    /// <param name="term">What a group adds.</param>
    /// <param name="noise">How often the verifier errs.</param>
    /// <exception cref="ArgumentException">
    /// Fewer than three values; or <see cref="GroupTerm.Scale"/> with noise, or with a value that is not finite.
    /// </exception>
    public GroupTerms(IReadOnlyList<double> scale, GroupTerm term, VerifierNoise noise = default)
    {
        _omega = new FiniteGroupOmega(scale);
        _term = term;
        _noise = noise;
        int g = _omega.GroupSize;
        Largest = term == GroupTerm.Scale ? scale.Max() : noise.IsNone ? _omega.Phi.Max() : 2 * _omega.Phi.Max();
        double PerVariance(int k) => (double)g * g / ((double)k * (g - k));
        if (term == GroupTerm.Scale)
        {
            if (!_noise.IsNone || !scale.All(double.IsFinite))
            {
                throw new ArgumentException("The term s(K) is for finite scales without verifier noise.", nameof(term));
            }

            _spread = new BinomialSpread([.. scale.Select(_ => 1.0)], [.. scale]);
        }
        else if (term == GroupTerm.InformativePhi)
        {
            _spread = new BinomialSpread([.. Enumerable.Range(1, g - 1).Select(PerVariance)], _omega.Phi[1..g]);
        }

        if (!_noise.IsNone)
        {
            _scatter = new BinomialExpectation(
                g - 2,
                j =>
                {
                    double k = (j + 1.0) / g;
                    double square = scale[j + 1] * scale[j + 1];
                    return (square * (1 - k), square * k, PerVariance(j + 1));
                });
        }
    }

    /// <summary>No term is larger in size: with noise |(1/G) sum_i A_i (t_i - p)| is at most (1/G) sum_i |A_i| = 2 phi(K).</summary>
    public double Largest { get; }

    /// <summary>
    /// Mean and variance of the term at the true success probability p, given with its complement, and the chance that a group is
    /// informative as seen. Of <see cref="GroupTerm.InformativePhi"/> the moments are those given that it is.
    /// </summary>
    public GroupMoments MomentsAt(double p, double oneMinusP)
    {
        if (_spread is null && _scatter is null)
        {
            return _omega.MomentsAt(p, oneMinusP);
        }

        (double seen, double seenComplement) = _noise.IsNone ? (p, oneMinusP) : _noise.Observed(p, oneMinusP);
        GroupMoments moments = _omega.MomentsAt(seen, seenComplement);
        if (_spread is not null)
        {
            (double mean, double variance) = _spread.At(seen, seenComplement);
            moments = new GroupMoments(mean, variance, moments.Informative);
        }

        return _scatter is null ? moments : WithNoise(moments, _scatter, p, oneMinusP);
    }

    private GroupMoments WithNoise(GroupMoments moments, BinomialExpectation scatter, double p, double oneMinusP)
    {
        (double seen, double seenComplement) = _noise.Observed(p, oneMinusP);
        (double success, double failure) = _noise.Ratios(p, oneMinusP);
        double difference = _noise.Kept * success * failure; // a - b

        // a = p (1-fn)/p~ and b = p fn/(1-p~); without errors of one kind what is seen is certain, also at the edge.
        double certain = _noise.FalsePositive == 0
            ? 0
            : success * (1 - _noise.FalseNegative) * (oneMinusP * _noise.FalsePositive / seen); // a (1-a)
        double doubtful = _noise.FalseNegative == 0
            ? 0
            : p * _noise.FalseNegative / seenComplement * (failure * (1 - _noise.FalsePositive)); // b (1-b)

        (double ofSuccesses, double ofFailures, double perVariance) = scatter.At(seen, seenComplement);
        double scattered = ((certain * ofSuccesses) + (doubtful * ofFailures)) / _omega.GroupSize;

        // E[s phi f(K)] is p~(1-p~)(1-1/G) E[s^2 f(J+1)]; given an informative group, whose chance has the same factor, that cancels.
        scattered = _term == GroupTerm.InformativePhi
            ? scattered / perVariance
            : scattered * (seen * seenComplement * (1 - (1.0 / _omega.GroupSize)));
        return new GroupMoments(
            difference * moments.MeanPhi, (difference * difference * moments.VariancePhi) + scattered, moments.Informative);
    }
}
