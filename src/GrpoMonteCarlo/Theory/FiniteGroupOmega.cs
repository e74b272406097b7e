namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Omega_G of groups of G rollouts (theory.md section 4), from an advantage rule's scale table alone, with the moments of
/// phi(K) = v_K s(K), v_K = K(G-K)/G^2. Since C(G,K) K(G-K) = G(G-1) C(G-2,K-1), the definition
/// Omega_G = E[phi(K)] / (p(1-p)) is (1-1/G) E[s(J+1)] with J ~ Binomial(G-2, p): no division by p(1-p), so it holds at the edges.
/// </summary>
public sealed class FiniteGroupOmega : Omega
{
    private readonly BinomialExpectation _values; // over Binomial(G-2): s(J+1), s(J+1) phi(J+1), G^2 / ((J+1)(G-1-J))
    private readonly BinomialExpectation? _differences; // over Binomial(G-3): s(J+2) - s(J+1); none at G = 2
    private readonly Lazy<BinomialExpectation?> _secondDifferences; // over Binomial(G-4): s(J+3) - 2 s(J+2) + s(J+1); none below G = 4
    private readonly double _informativeShare; // 1 - 1/G
    private readonly double _largest;

    /// <param name="scale">s(0), ..., s(G): G+1 values, not negative; the first and the last are not used.</param>
    /// <exception cref="ArgumentException">Fewer than three values.</exception>
    public FiniteGroupOmega(IReadOnlyList<double> scale)
    {
        ArgumentNullException.ThrowIfNull(scale);
        if (scale.Count < 3)
        {
            throw new ArgumentException("A group has at least two rollouts, so a scale table at least three entries.", nameof(scale));
        }

        int g = scale.Count - 1;
        GroupSize = g;
        _informativeShare = 1 - (1.0 / g);
        Phi = new double[g + 1];
        for (int k = 1; k < g; k++)
        {
            Phi[k] = (double)k * (g - k) / ((double)g * g) * scale[k];
            _largest = Math.Max(_largest, _informativeShare * scale[k]);
        }

        _values = new BinomialExpectation(
            g - 2,
            j => (scale[j + 1], scale[j + 1] * Phi[j + 1], (double)g * g / ((double)(j + 1) * (g - 1 - j))));
        _differences = g == 2 ? null : new BinomialExpectation(g - 3, j => (scale[j + 2] - scale[j + 1], 0, 0));
        _secondDifferences = new Lazy<BinomialExpectation?>(() => g < 4
            ? null
            : new BinomialExpectation(g - 4, j => (scale[j + 3] - scale[j + 2] - (scale[j + 2] - scale[j + 1]), 0, 0)));

        // Beyond this, even G p is nothing beside 1.
        TailLogit = 45 + Numerics.Elementary.Log(g);
    }

    /// <summary>G, the rollouts in a group.</summary>
    public int GroupSize { get; }

    internal override double TailLogit { get; }

    /// <summary>phi(K) for K = 0..G; phi(0) = phi(G) = 0: a degenerate group carries no signal.</summary>
    internal double[] Phi { get; }

    /// <inheritdoc/>
    public override double At(SuccessProbability p) => _informativeShare * _values.At(p.P, p.OneMinusP).F0;

    /// <inheritdoc/>
    public override double LogitDerivativeAt(SuccessProbability p) => _differences is null
        ? 0
        : p.Variance * _informativeShare * (GroupSize - 2) * _differences.At(p.P, p.OneMinusP).F0;

    /// <inheritdoc/>
    public override double SecondLogitDerivativeAt(SuccessProbability p)
    {
        // d/dL of v is v (1-2p), and of E f(J), J ~ Binomial(n, p), it is v n E[f(J+1) - f(J)] over Binomial(n-1, p).
        if (_differences is null)
        {
            return 0;
        }

        double v = p.Variance;
        double turning = (p.OneMinusP - p.P) * _differences.At(p.P, p.OneMinusP).F0;
        double bending = _secondDifferences.Value is { } seconds ? v * (GroupSize - 3) * seconds.At(p.P, p.OneMinusP).F0 : 0;
        return v * _informativeShare * (GroupSize - 2) * (turning + bending);
    }

    /// <inheritdoc/>
    public override double LargestFrom(double logit) => _largest;

    /// <summary>
    /// Variance of one update's log-odds step with the <c>importance</c> estimator, Var(phi(K)) / (M p^2 (1-p)^2) (theory.md section 6).
    /// </summary>
    /// <param name="p">The success probability that the rollouts are drawn with.</param>
    /// <param name="groups">M, groups an update, at least 1.</param>
    public double StepVarianceAt(SuccessProbability p, long groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        double v = p.Variance;
        return MomentsAt(p.P, p.OneMinusP).VariancePhi / v / v / groups;
    }

    /// <summary>The moments of one group's phi(K), K ~ Binomial(G, p), at a success probability given with its complement.</summary>
    internal GroupMoments MomentsAt(double p, double oneMinusP)
    {
        (double scale, double scaledPhi, double informative) = _values.At(p, oneMinusP);
        double share = p * oneMinusP * _informativeShare;
        double mean = share * scale;
        return new GroupMoments(mean, Math.Max(0, (share * scaledPhi) - (mean * mean)), share * informative);
    }
}

/// <summary>What theory.md section 6 needs to know of one group of rollouts.</summary>
/// <param name="MeanPhi">E phi(K), or the mean of what else the group adds (<see cref="GroupTerms"/>).</param>
/// <param name="VariancePhi">Its variance.</param>
/// <param name="Informative">1 - p^G - (1-p)^G, the chance that the group is neither all successes nor all failures.</param>
internal readonly record struct GroupMoments(double MeanPhi, double VariancePhi, double Informative);
