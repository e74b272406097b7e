namespace GrpoMonteCarlo.Theory;

/// <summary>
/// The law of the first iteration T at which a policy's success probability lies outside a region, low &lt;= p &lt; high: the time that
/// it takes to reach a threshold, or to escape from a basin. Those that are outside are taken out of the chain (absorbing states). Made by
/// <see cref="LogitLaw.PassageOf"/> and <see cref="LogitLaw.ExitOf"/>.
/// </summary>
public sealed class PassageLaw
{
    private const int LongestTime = 1_000_000;

    private readonly double[] _coarse;
    private readonly Lazy<Followed> _fine;
    private readonly Lazy<Followed> _rough;

    // P(T > n) as far as it was followed, and the constant share that leaves in every iteration from there on; null if it is not constant yet.
    internal readonly record struct Followed(double[] Left, double? Rate)
    {
        public double Mean => Left.Sum() is var sum && Left[^1] == 0 ? sum : Rate is { } rate ? sum + (Left[^1] * (1 - rate) / rate) : double.PositiveInfinity;
    }

    internal PassageLaw(double[] notYet, double[] coarse, Func<Followed> fine, Func<Followed> rough) =>
        (NotYet, _coarse, _fine, _rough) = (notYet, coarse, new Lazy<Followed>(fine), new Lazy<Followed>(rough));

    /// <summary>P(T &gt; n) for n from 0 to N.</summary>
    public IReadOnlyList<double> NotYet { get; }

    /// <summary>How far P(T &gt; n) is off: its difference from that of a grid of half the resolution.</summary>
    /// <param name="n">Iteration, 0 to N.</param>
    public double Error(int n) => Math.Abs(NotYet[n] - _coarse[n]);

    /// <summary>E min(T, N), the mean time restricted to N iterations: sum of P(T &gt; n) over n below N.</summary>
    public double RestrictedMean() => NotYet.SkipLast(1).Sum();

    /// <summary>How far <see cref="RestrictedMean"/> is off at most: the sum of <see cref="Error"/> over n below N.</summary>
    public double RestrictedMeanError() => Enumerable.Range(0, NotYet.Count - 1).Sum(Error);

    /// <summary>
    /// E T = sum of P(T &gt; n) over all n, beyond N as well: once the share of those left that leaves is the same in each iteration, the rest is a
    /// geometric series. Infinite if some never leave, if fewer than one in 10^9 do in an iteration, or if that cannot be told within
    /// <see cref="LogitLaw.MostIterations"/> iterations or 2^30 products of the chain.
    /// </summary>
    public double Mean() => _fine.Value.Mean;

    /// <summary>How far <see cref="Mean"/> is off: its difference from that of a grid of half the resolution; infinite if one of them is.</summary>
    public double MeanError() => double.IsFinite(Mean()) ? Math.Abs(Mean() - _rough.Value.Mean) : double.PositiveInfinity;

    /// <summary>The u quantile of T: the first n with P(T &lt;= n) &gt;= u, beyond N likewise; null if it never comes, is not known or exceeds a million.</summary>
    /// <param name="u">Strictly between 0 and 1.</param>
    public int? Quantile(double u)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(u);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(u, 1);
        for (int n = 0; n < NotYet.Count; n++)
        {
            if (1 - NotYet[n] >= u)
            {
                return n;
            }
        }

        (double[] left, double? rate) = _fine.Value;
        double last = NotYet[^1];
        for (int n = NotYet.Count; n <= LongestTime && (n < left.Length || rate is not null); n++)
        {
            last = n < left.Length ? left[n] : last * (1 - rate!.Value);
            if (1 - last >= u)
            {
                return n;
            }
        }

        return null;
    }
}
