namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Omega of the <c>plug-in</c> estimator (theory.md section 5): E s(K), K ~ Binomial(G, p), degenerate groups included. It holds for
/// every p in [0, 1] and tends to s(0) and s(G) at the edges.
/// </summary>
public sealed class PlugInOmega : Omega
{
    private readonly int _groupSize;
    private readonly BinomialExpectation _values; // over Binomial(G): s(K)
    private readonly BinomialExpectation _differences; // over Binomial(G-1): s(K+1) - s(K)
    private readonly BinomialExpectation _secondDifferences; // over Binomial(G-2): s(K+2) - 2 s(K+1) + s(K)
    private readonly double _largest;

    /// <param name="scale">s(0), ..., s(G): G+1 finite values, not negative.</param>
    /// <exception cref="ArgumentException">Fewer than three values, or one that is negative or not finite (s(0) and s(G) at epsilon 0).</exception>
    public PlugInOmega(IReadOnlyList<double> scale)
    {
        ArgumentNullException.ThrowIfNull(scale);
        if (scale.Count < 3 || !scale.All(s => s >= 0 && double.IsFinite(s)))
        {
            throw new ArgumentException("A plug-in estimate needs s(0), ..., s(G), at least three finite values, not negative.", nameof(scale));
        }

        Scale = [.. scale];
        _groupSize = scale.Count - 1;
        _values = new BinomialExpectation(_groupSize, k => (scale[k], 0, 0));
        _differences = new BinomialExpectation(_groupSize - 1, k => (scale[k + 1] - scale[k], 0, 0));
        _secondDifferences = new BinomialExpectation(_groupSize - 2, k => (scale[k + 2] - scale[k + 1] - (scale[k + 1] - scale[k]), 0, 0));
        _largest = scale.Max();

        // Beyond this, even G p is nothing beside 1.
        TailLogit = 45 + Numerics.Elementary.Log(_groupSize);
    }

    /// <summary>s(0), ..., s(G).</summary>
    internal double[] Scale { get; }

    internal override double TailLogit { get; }

    /// <inheritdoc/>
    public override double At(SuccessProbability p) => _values.At(p.P, p.OneMinusP).F0;

    /// <inheritdoc/>
    public override double LogitDerivativeAt(SuccessProbability p) => p.Variance * _groupSize * _differences.At(p.P, p.OneMinusP).F0;

    /// <inheritdoc/>
    public override double SecondLogitDerivativeAt(SuccessProbability p) => p.Variance * _groupSize
        * (((p.OneMinusP - p.P) * _differences.At(p.P, p.OneMinusP).F0)
            + (p.Variance * (_groupSize - 1) * _secondDifferences.At(p.P, p.OneMinusP).F0));

    /// <inheritdoc/>
    public override double LargestFrom(double logit) => _largest;
}
