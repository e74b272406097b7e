using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Policies;

/// <summary>
/// The policies of a block of replicates, each a success probability only (all that GRPO's exact update with a binary reward can
/// change, theory.md section 1), with the reference policy of each. Element r belongs to the block's r-th replicate.
/// </summary>
internal sealed class TwoPointPolicies
{
    private readonly double[] _rarer;

    /// <param name="count">Replicates in the block.</param>
    /// <param name="startLogit">L_0 of each.</param>
    /// <param name="referenceLogit">L_ref of each.</param>
    public TwoPointPolicies(int count, double startLogit, double referenceLogit)
    {
        _rarer = new double[count];
        Logit = new double[count];
        ReferenceLogit = new double[count];
        Array.Fill(Logit, startLogit);
        Array.Fill(ReferenceLogit, referenceLogit);
        LogitsChanged();
    }

    /// <summary>L, the logit of the success probability.</summary>
    public double[] Logit { get; }

    /// <summary>L_ref.</summary>
    public double[] ReferenceLogit { get; }

    /// <summary>min(p, 1-p), the rarer outcome's probability; computed from L, never by subtraction.</summary>
    public ReadOnlySpan<double> Rarer => _rarer;

    /// <summary>Number of replicates.</summary>
    public int Count => Logit.Length;

    /// <summary>Whether success is the rarer outcome, as it is up to p = 1/2.</summary>
    public bool SuccessIsRare(int r) => Logit[r] <= 0;

    /// <summary>Brings <see cref="Rarer"/> up to date with the logits.</summary>
    public void LogitsChanged() => Elementary.RarerProbability(Logit, _rarer);
}
