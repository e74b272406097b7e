using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Omega under verifier noise (theory.md section 5): groups see p~ = fp + (1-fp-fn) p, and the step has mean (1-fp-fn) Omega(p~), Omega
/// being the one of the same update without noise. It holds wherever Omega does.
/// </summary>
public sealed class NoisyOmega : Omega
{
    private readonly Omega _inner;
    private readonly VerifierNoise _noise;

    /// <param name="inner">Omega without noise.</param>
    /// <param name="noise">How often the verifier errs.</param>
    public NoisyOmega(Omega inner, VerifierNoise noise)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _noise = noise;

        // Outside, logit p~ lies in the inner tail, or stands still since fp or fn outweighs what is left of p.
        TailLogit = _noise.IsNone ? inner.TailLogit : inner.TailLogit + 45 - Elementary.Log(_noise.Kept);
    }

    internal override double TailLogit { get; }

    /// <inheritdoc/>
    public override double At(SuccessProbability p) => _noise.Kept * _inner.At(_noise.Observed(p));

    /// <inheritdoc/>
    public override double LogitDerivativeAt(SuccessProbability p)
    {
        (double success, double failure) = _noise.Ratios(p.P, p.OneMinusP);
        return _noise.Kept * success * _noise.Kept * failure * _inner.LogitDerivativeAt(_noise.Observed(p));
    }

    /// <inheritdoc/>
    public override double SecondLogitDerivativeAt(SuccessProbability p)
    {
        // Of L~ = logit p~: L~' = (1-fp-fn) p/p~ (1-p)/(1-p~), and L~'' = L~' [(1-p) fp/p~ - p fn/(1-p~)].
        (double success, double failure) = _noise.Ratios(p.P, p.OneMinusP);
        (double seen, double seenComplement) = _noise.Observed(p.P, p.OneMinusP);
        SuccessProbability observed = _noise.Observed(p);
        double slope = _noise.Kept * success * failure;
        double falsely = _noise.FalsePositive == 0 ? 0 : p.OneMinusP * (_noise.FalsePositive / seen);
        double missed = _noise.FalseNegative == 0 ? 0 : p.P * (_noise.FalseNegative / seenComplement);
        return _noise.Kept * slope
            * ((slope * _inner.SecondLogitDerivativeAt(observed)) + ((falsely - missed) * _inner.LogitDerivativeAt(observed)));
    }

    /// <inheritdoc/>
    public override double LargestFrom(double logit) =>
        _noise.Kept * _inner.LargestFrom(_noise.Observed(SuccessProbability.FromLogit(logit)).Logit);
}
