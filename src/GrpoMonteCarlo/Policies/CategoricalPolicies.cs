using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Policies;

/// <summary>
/// The policies of a block of replicates over the same arms, as log-probabilities, each normalised, with the reference policy of each.
/// </summary>
internal sealed class CategoricalPolicies
{
    /// <summary>No log-probability falls below this: an arm that far down is never drawn again.</summary>
    public const double SmallestLogProbability = -1e6;

    private readonly int _arms;
    private readonly double[] _logPolicy;
    private readonly double[] _logReference;
    private readonly bool _sharesReference;
    private readonly double[][] _past; // a ring: what was n updates ago stands at n modulo its length
    private int _updates;

    /// <param name="count">Number of replicates.</param>
    /// <param name="logStart">log pi_0, the same for all.</param>
    /// <param name="logReference">log pi_ref, likewise.</param>
    /// <param name="changesReference">Whether there are stages, so that each needs a reference of its own.</param>
    /// <param name="lag">How many updates old the policy is that rollouts come from.</param>
    public CategoricalPolicies(int count, ReadOnlySpan<double> logStart, ReadOnlySpan<double> logReference, bool changesReference, int lag)
    {
        _arms = logStart.Length;
        _sharesReference = !changesReference;
        _logPolicy = Repeat(logStart, count);
        _logReference = changesReference ? Repeat(logReference, count) : logReference.ToArray();
        _past = [.. Enumerable.Range(0, lag + 1).Select(_ => new double[_logPolicy.Length])];
        _logPolicy.CopyTo(_past[0], 0);
    }

    /// <summary>log pi of a replicate.</summary>
    public Span<double> LogPolicy(int replicate) => _logPolicy.AsSpan(replicate * _arms, _arms);

    /// <summary>log pi_ref of a replicate.</summary>
    public ReadOnlySpan<double> LogReference(int replicate) => _sharesReference ? _logReference : _logReference.AsSpan(replicate * _arms, _arms);

    /// <summary>log pi_old of a replicate, the policy that its rollouts come from; other memory than <see cref="LogPolicy"/>.</summary>
    public ReadOnlySpan<double> LogSampled(int replicate) =>
        _past[Math.Max(0, _updates - _past.Length + 1) % _past.Length].AsSpan(replicate * _arms, _arms);

    /// <summary>To be called after an update of all policies.</summary>
    public void PoliciesChanged()
    {
        _updates++;
        _logPolicy.CopyTo(_past[_updates % _past.Length], 0);
    }

    /// <summary>Begins a stage: every reference becomes the policy.</summary>
    public void ReferToThemselves() => _logPolicy.CopyTo(_logReference, 0);

    /// <summary>Subtracts log sum_o e^theta_o, the largest first so that nothing overflows, the sum in the order of the arms.</summary>
    public static void Normalise(Span<double> logits)
    {
        double largest = double.NegativeInfinity;
        foreach (double logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        // In pieces that need no memory of their own.
        const int Piece = 64;
        Span<double> weights = stackalloc double[Piece];
        double sum = 0;
        for (int first = 0; first < logits.Length; first += Piece)
        {
            ReadOnlySpan<double> piece = logits[first..Math.Min(first + Piece, logits.Length)];
            for (int o = 0; o < piece.Length; o++)
            {
                weights[o] = piece[o] - largest;
            }

            Elementary.Exp(weights[..piece.Length], weights);
            foreach (double weight in weights[..piece.Length])
            {
                sum += weight;
            }
        }

        double logSum = Elementary.Log(sum);
        for (int o = 0; o < logits.Length; o++)
        {
            logits[o] = Math.Max(SmallestLogProbability, logits[o] - largest - logSum);
        }
    }

    private static double[] Repeat(ReadOnlySpan<double> values, int count)
    {
        double[] repeated = new double[count * values.Length];
        for (int i = 0; i < count; i++)
        {
            values.CopyTo(repeated.AsSpan(i * values.Length));
        }

        return repeated;
    }
}
