namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Omega of the <c>self-normalized</c> estimator (theory.md section 5): the exact expectation of
/// sum_g phi(K_g) / (M pbar (1-pbar)), pbar = T/(MG) pooled over the groups, 0 where pbar is 0 or 1. T ~ Binomial(MG, p), and given T
/// each K_g is hypergeometric, so it is E w(T) with a table w that no longer knows p. Since
/// C(G,K) K(G-K) = G(G-1) C(G-2,K-1), and likewise for T, w(T) = (1-1/G) MG/(MG-1) E s(J+1) for 0 &lt; T &lt; MG, where J counts the
/// marked among G-2 of MG-2 items of which T-1 are marked: w(T) = s(T) at M = 1. It holds for every p in [0, 1]; at the edges it is 0.
/// </summary>
public sealed class SelfNormalizedOmega : Omega
{
    /// <summary>The largest M G: the table has an entry for each T.</summary>
    public const int MostRollouts = 65_536;

    private readonly int _rollouts;
    private readonly BinomialExpectation _values; // over Binomial(MG): w(T)
    private readonly BinomialExpectation _differences; // over Binomial(MG-1): w(T+1) - w(T)
    private readonly Lazy<BinomialExpectation> _secondDifferences; // over Binomial(MG-2)
    private readonly Lazy<BinomialExpectation> _scatter; // over Binomial(MG): variance of the step given T
    private readonly BinomialSpread _spread; // of w(T)
    private readonly double _largest;

    /// <param name="scale">s(0), ..., s(G): G+1 values, not negative; the first and the last are not used.</param>
    /// <param name="groups">M, groups an update, at least 1.</param>
    /// <exception cref="ArgumentException">Fewer than three values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">M is not positive, or M G is above <see cref="MostRollouts"/>.</exception>
    public SelfNormalizedOmega(IReadOnlyList<double> scale, long groups)
    {
        ArgumentNullException.ThrowIfNull(scale);
        if (scale.Count < 3)
        {
            throw new ArgumentException("A group has at least two rollouts, so a scale table at least three entries.", nameof(scale));
        }

        int g = scale.Count - 1;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groups, MostRollouts / g);
        int n = (int)groups * g;
        _rollouts = n;

        double share = (1 - (1.0 / g)) * n / (n - 1);
        var inner = new HypergeometricExpectation(n - 2, [.. Enumerable.Range(1, g - 1).Select(k => scale[k])]);
        var table = new double[n + 1];
        for (int t = 1; t < n; t++)
        {
            table[t] = share * inner.At(t - 1);
        }

        // One more marked item changes J only if it is among those drawn: a difference of w is an expectation of differences of s.
        var differences = new double[n];
        differences[0] = table[1];
        differences[n - 1] -= table[n - 1];
        if (g > 2)
        {
            double drawn = share * (g - 2) / (n - 2);
            var slopes = new HypergeometricExpectation(n - 3, [.. Enumerable.Range(1, g - 2).Select(k => scale[k + 1] - scale[k])]);
            for (int t = 1; t < n - 1; t++)
            {
                differences[t] = drawn * slopes.At(t - 1);
            }
        }

        _values = new BinomialExpectation(n, t => (table[t], 0, 0));
        _differences = new BinomialExpectation(n - 1, t => (differences[t], 0, 0));
        _secondDifferences = new Lazy<BinomialExpectation>(() => new BinomialExpectation(n - 2, t => (differences[t + 1] - differences[t], 0, 0)));
        _scatter = new Lazy<BinomialExpectation>(() =>
        {
            double[] scatter = ScatterOf(scale, (int)groups, table);
            return new BinomialExpectation(n, t => (scatter[t], 0, 0));
        });
        _spread = new BinomialSpread([.. Enumerable.Repeat(1.0, n + 1)], table);
        _largest = table.Max();

        // Beyond this, even M G p is nothing beside 1, and Omega rises with p, or falls to 0 with 1-p.
        TailLogit = 45 + Numerics.Elementary.Log(n);
    }

    internal override double TailLogit { get; }

    /// <inheritdoc/>
    public override double At(SuccessProbability p) => _values.At(p.P, p.OneMinusP).F0;

    /// <inheritdoc/>
    public override double LogitDerivativeAt(SuccessProbability p) => p.Variance * _rollouts * _differences.At(p.P, p.OneMinusP).F0;

    /// <inheritdoc/>
    public override double SecondLogitDerivativeAt(SuccessProbability p) => p.Variance * _rollouts
        * (((p.OneMinusP - p.P) * _differences.At(p.P, p.OneMinusP).F0)
            + (p.Variance * (_rollouts - 1) * _secondDifferences.Value.At(p.P, p.OneMinusP).F0));

    /// <inheritdoc/>
    public override double LargestFrom(double logit) => _largest;

    /// <summary>
    /// Exact variance of one update's log-odds step: what its mean varies with T, and what is left given T. It holds for every p in [0, 1].
    /// </summary>
    public double StepVarianceAt(SuccessProbability p) =>
        _scatter.Value.At(p.P, p.OneMinusP).F0 + _spread.At(p.P, p.OneMinusP).Variance;

    // Var(sum_g phi(K_g) | T) / (M pbar (1-pbar))^2, from one group's second moment and that of a pair: given T two groups together
    // hold a hypergeometric number of successes, and one of them a hypergeometric share of these.
    private static double[] ScatterOf(IReadOnlyList<double> scale, int groups, double[] mean)
    {
        int g = scale.Count - 1;
        int n = groups * g;
        double[] phi = new FiniteGroupOmega(scale).Phi;
        var scatter = new double[n + 1];
        if (groups == 1)
        {
            return scatter;
        }

        var one = new HypergeometricExpectation(n, [.. phi.Select(x => x * x)]);
        var half = new HypergeometricExpectation(2 * g, phi);
        var products = new double[g + 1];
        var ofPair = new double[(2 * g) + 1];
        for (int s = 0; s <= 2 * g; s++)
        {
            for (int k = 0; k <= g; k++)
            {
                products[k] = k <= s && s - k <= g ? phi[k] * phi[s - k] : 0;
            }

            ofPair[s] = half.At(s, products);
        }

        var pair = new HypergeometricExpectation(n, ofPair);
        for (int t = 1; t < n; t++)
        {
            double pooled = (double)t * (n - t) / ((double)n * n);
            double square = (one.At(t) + ((groups - 1) * pair.At(t))) / groups / (pooled * pooled);
            scatter[t] = Math.Max(0, square - (mean[t] * mean[t]));
        }

        return scatter;
    }
}
