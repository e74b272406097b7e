using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Omega under verifier noise (theory.md section 5): groups see p~ = fp + (1-fp-fn) p, and the step has mean (1-fp-fn) Omega(p~), Omega
/// being the one of the same update without noise. It holds wherever Omega does.
/// </summary>
public sealed class NoisyOmega : Omega
{
    /// <param name="inner">Omega without noise.</param>
    /// <param name="noise">How often the verifier errs.</param>
    public NoisyOmega(Omega inner, VerifierNoise noise)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
        Noise = noise;

        // Outside, logit p~ lies in the inner tail, or stands still since fp or fn outweighs what is left of p.
        TailLogit = Noise.IsNone ? inner.TailLogit : inner.TailLogit + 45 - Elementary.Log(Noise.Kept);
    }

    /// <summary>Omega without noise.</summary>
    internal Omega Inner { get; }

    /// <summary>How often the verifier errs.</summary>
    internal VerifierNoise Noise { get; }

    internal override double TailLogit { get; }

    /// <inheritdoc/>
    public override double At(SuccessProbability p) => Noise.Kept * Inner.At(Noise.Observed(p));

    /// <inheritdoc/>
    public override double LogitDerivativeAt(SuccessProbability p)
    {
        (double success, double failure) = Noise.Ratios(p.P, p.OneMinusP);
        return Noise.Kept * success * Noise.Kept * failure * Inner.LogitDerivativeAt(Noise.Observed(p));
    }

    /// <inheritdoc/>
    public override double SecondLogitDerivativeAt(SuccessProbability p)
    {
        // Of L~ = logit p~: L~' = (1-fp-fn) p/p~ (1-p)/(1-p~), and L~'' = L~' [(1-p) fp/p~ - p fn/(1-p~)].
        (double success, double failure) = Noise.Ratios(p.P, p.OneMinusP);
        (double seen, double seenComplement) = Noise.Observed(p.P, p.OneMinusP);
        SuccessProbability observed = Noise.Observed(p);
        double slope = Noise.Kept * success * failure;
        double falsely = Noise.FalsePositive == 0 ? 0 : p.OneMinusP * (Noise.FalsePositive / seen);
        double missed = Noise.FalseNegative == 0 ? 0 : p.P * (Noise.FalseNegative / seenComplement);
        return Noise.Kept * slope
            * ((slope * Inner.SecondLogitDerivativeAt(observed)) + ((falsely - missed) * Inner.LogitDerivativeAt(observed)));
    }

    /// <inheritdoc/>
    public override double LargestFrom(double logit) =>
        Noise.Kept * Inner.LargestFrom(Noise.Observed(SuccessProbability.FromLogit(logit)).Logit);
}
