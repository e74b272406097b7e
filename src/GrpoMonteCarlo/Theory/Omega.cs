namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Omega(p): how far one exact update moves the policy's logit, times beta (theory.md sections 3 and 4). Everything the closed forms
/// know of an advantage rule and of a group size is this function. It is positive or zero.
/// </summary>
public abstract class Omega
{
    /// <summary>Omega at a success probability; may be infinite at the edges where epsilon is 0.</summary>
    public abstract double At(SuccessProbability p);

    /// <summary>dOmega/dL = p(1-p) dOmega/dp, the derivative by the logit.</summary>
    public abstract double LogitDerivativeAt(SuccessProbability p);

    /// <summary>d^2 Omega/dL^2, the second derivative by the logit: how the map is curved (theory.md section 6).</summary>
    public abstract double SecondLogitDerivativeAt(SuccessProbability p);

    /// <summary>The largest value of Omega over all logits from the given one on; infinite if unbounded.</summary>
    public abstract double LargestFrom(double logit);

    /// <summary>
    /// The size of logit beyond which Omega no longer turns: it is constant, or monotone, outside of [-TailLogit, TailLogit].
    /// </summary>
    internal abstract double TailLogit { get; }
}
