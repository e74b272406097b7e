using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Policies;

/// <summary>
/// The policies of a block of replicates, each a success probability only (all that GRPO's exact update with a binary reward can
/// change, theory.md section 1), with the reference policy of each. Element i belongs to prompt i % prompts of the block's replicate
/// i / prompts.
/// </summary>
internal sealed class TwoPointPolicies
{
    private readonly double[] _rarer;
    private readonly (double[] Logit, double[] Rarer)[] _past; // a ring: what was n updates ago stands at n modulo its length
    private int _updates;

    /// <param name="startLogit">L_0 of each.</param>
    /// <param name="referenceLogit">L_ref of each.</param>
    /// <param name="lag">How many updates old the policy is that rollouts come from.</param>
    public TwoPointPolicies(ReadOnlySpan<double> startLogit, ReadOnlySpan<double> referenceLogit, int lag = 0)
    {
        Logit = startLogit.ToArray();
        ReferenceLogit = referenceLogit.ToArray();
        _rarer = new double[Logit.Length];
        _past = lag == 0 ? [(Logit, _rarer)] : [.. Enumerable.Range(0, lag + 1).Select(_ => (new double[Logit.Length], new double[Logit.Length]))];
        Elementary.RarerProbability(Logit, _rarer);
        Remember();
    }

    /// <summary>L, the logit of the success probability.</summary>
    public double[] Logit { get; }

    /// <summary>L_ref.</summary>
    public double[] ReferenceLogit { get; }

    /// <summary>min(p, 1-p), the rarer outcome's probability; computed from L, never by subtraction.</summary>
    public ReadOnlySpan<double> Rarer => _rarer;

    /// <summary>Number of policies.</summary>
    public int Count => Logit.Length;

    /// <summary>Of the policy that rollouts come from, whether success is the rarer outcome, as it is up to p = 1/2.</summary>
    public bool SuccessIsRare(int i) => Sampled.Logit[i] <= 0;

    /// <summary>Of the policy that rollouts come from, the rarer outcome's probability.</summary>
    public double SampledRarer(int i) => Sampled.Rarer[i];

    private (double[] Logit, double[] Rarer) Sampled => _past[Math.Max(0, _updates - _past.Length + 1) % _past.Length];

    /// <summary>Brings everything up to date with the logits, after an update of them.</summary>
    public void LogitsChanged()
    {
        Elementary.RarerProbability(Logit, _rarer);
        _updates++;
        Remember();
    }

    /// <summary>Begins a stage: every reference becomes the policy.</summary>
    public void ReferToThemselves() => Logit.CopyTo(ReferenceLogit, 0);

    private void Remember()
    {
        (double[] logit, double[] rarer) = _past[_updates % _past.Length];
        if (logit != Logit)
        {
            Logit.CopyTo(logit, 0);
            _rarer.CopyTo(rarer, 0);
        }
    }
}
