namespace GrpoMonteCarlo.Policies;

/// <summary>
/// The policies of a block of replicates over the same arms, as log-probabilities, each normalised, with the reference policy of each.
/// </summary>
internal sealed class CategoricalPolicies
{
    /// <summary>No log-probability falls below this: an arm that far down is never drawn again.</summary>
    public const double SmallestLogProbability = -1e6;

    private readonly int _arms;
    private readonly RewardClasses _classes;
    private readonly double[] _logit;
    private readonly double[] _shares;
    private readonly double[] _sampledShares; // of the replicate that was asked for last
    private readonly double[] _logPolicy;
    private readonly double[] _logReference;
    private readonly bool _sharesReference;
    private readonly double[][] _past; // a ring: what was n updates ago stands at n modulo its length
    private int _updates;

    /// <param name="count">Number of replicates.</param>
    /// <param name="succeeds">r(o), arm by arm.</param>
    /// <param name="logStart">log pi_0, the same for all.</param>
    /// <param name="logReference">log pi_ref, likewise.</param>
    /// <param name="changesReference">Whether there are stages, so that each needs a reference of its own.</param>
    /// <param name="lag">How many updates old the policy is that rollouts come from.</param>
    public CategoricalPolicies(
        int count, bool[] succeeds, ReadOnlySpan<double> logStart, ReadOnlySpan<double> logReference, bool changesReference, int lag)
    {
        _arms = logStart.Length;
        _classes = new RewardClasses(succeeds);
        _sampledShares = new double[_arms];
        double[] shares = new double[_arms];
        _logit = new double[count];
        Array.Fill(_logit, _classes.Split(logStart, shares));
        _shares = Repeat(shares, count);
        _sharesReference = !changesReference;
        _logPolicy = Repeat(logStart, count);
        _logReference = changesReference ? Repeat(logReference, count) : logReference.ToArray();
        _past = [.. Enumerable.Range(0, lag + 1).Select(_ => new double[_logPolicy.Length])];
        _logPolicy.CopyTo(_past[0], 0);
    }

    /// <summary>L of a replicate, the logit of its success probability.</summary>
    public double Logit(int replicate) => _logit[replicate];

    /// <summary>At an arm, its probability among those of its reward, of a replicate's policy.</summary>
    public ReadOnlySpan<double> Shares(int replicate) => _shares.AsSpan(replicate * _arms, _arms);

    /// <summary>log pi of a replicate.</summary>
    public Span<double> LogPolicy(int replicate) => _logPolicy.AsSpan(replicate * _arms, _arms);

    /// <summary>log pi_ref of a replicate.</summary>
    public ReadOnlySpan<double> LogReference(int replicate) => _sharesReference ? _logReference : _logReference.AsSpan(replicate * _arms, _arms);

    /// <summary>log pi_old of a replicate, the policy that its rollouts come from; other memory than <see cref="LogPolicy"/>.</summary>
    public ReadOnlySpan<double> LogSampled(int replicate) =>
        _past[Math.Max(0, _updates - _past.Length + 1) % _past.Length].AsSpan(replicate * _arms, _arms);

    /// <summary>L and the shares of pi_old; the shares are valid until those of another replicate are asked for.</summary>
    public double Sampled(int replicate, out ReadOnlySpan<double> shares)
    {
        if (_past.Length == 1)
        {
            shares = Shares(replicate);
            return _logit[replicate];
        }

        shares = _sampledShares;
        return _classes.Split(LogSampled(replicate), _sampledShares);
    }

    /// <summary>To be called after an update of a replicate's <see cref="LogPolicy"/>, which it normalises.</summary>
    public void PolicyChanged(int replicate) =>
        _logit[replicate] = _classes.Normalise(LogPolicy(replicate), _shares.AsSpan(replicate * _arms, _arms));

    /// <summary>To be called after an update of all policies.</summary>
    public void PoliciesChanged()
    {
        _updates++;
        _logPolicy.CopyTo(_past[_updates % _past.Length], 0);
    }

    /// <summary>Begins a stage: every reference becomes the policy.</summary>
    public void ReferToThemselves() => _logPolicy.CopyTo(_logReference, 0);

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
