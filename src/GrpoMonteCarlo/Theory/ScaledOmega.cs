namespace GrpoMonteCarlo.Theory;

/// <summary>Another Omega times a constant.</summary>
/// <param name="inner">The other Omega.</param>
/// <param name="factor">The constant, positive.</param>
internal sealed class ScaledOmega(Omega inner, double factor) : Omega
{
    internal override double TailLogit => inner.TailLogit;

    public override double At(SuccessProbability p) => factor * inner.At(p);

    public override double LogitDerivativeAt(SuccessProbability p) => factor * inner.LogitDerivativeAt(p);

    public override double SecondLogitDerivativeAt(SuccessProbability p) => factor * inner.SecondLogitDerivativeAt(p);

    public override double LargestFrom(double logit) => factor * inner.LargestFrom(logit);
}
