namespace GrpoMonteCarlo.Theory;

/// <summary>
/// The law of the first iteration T at which a policy's success probability reaches a threshold: those that have are taken out of the chain
/// (absorbing states). Made by <see cref="LogitLaw.PassageOf"/>.
/// </summary>
public sealed class PassageLaw
{
    // Less than this, and all have reached it.
    internal const double Nothing = 1e-12;

    private const int LongestTime = 1_000_000;

    private readonly double[] _coarse;
    private readonly Lazy<double[]> _left; // beyond N, as far as it is followed

    internal PassageLaw(double[] notYet, double[] coarse, Func<double[]> left) => (NotYet, _coarse, _left) = (notYet, coarse, new Lazy<double[]>(left));

    /// <summary>P(T &gt; n) for n from 0 to N.</summary>
    public IReadOnlyList<double> NotYet { get; }

    /// <summary>How far P(T &gt; n) is off: its difference from that of a grid of half the resolution.</summary>
    /// <param name="n">Iteration, 0 to N.</param>
    public double Error(int n) => Math.Abs(NotYet[n] - _coarse[n]);

    /// <summary>
    /// E T = sum of P(T &gt; n) over all n, beyond N as well: once what is left shrinks by a constant factor each iteration, the rest is its
    /// geometric series. Infinite if some never reach the threshold, or if that cannot be told within 2,000 iterations.
    /// </summary>
    public double Mean()
    {
        double[] left = _left.Value;
        double sum = 0;
        foreach (double notYet in left)
        {
            sum += notYet;
        }

        return left[^1] < Nothing ? sum : sum + (left[^1] * Factor / (1 - Factor));
    }

    /// <summary>The u quantile of T: the first n with P(T &lt;= n) &gt;= u, beyond N likewise; null if it never comes or exceeds a million.</summary>
    /// <param name="u">Strictly between 0 and 1.</param>
    public int? Quantile(double u)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(u);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(u, 1);
        double last = 1;
        for (int n = 0; n <= LongestTime; n++)
        {
            last = n < NotYet.Count ? NotYet[n] : n < _left.Value.Length ? _left.Value[n] : last * Factor;
            if (1 - last >= u)
            {
                return n;
            }
        }

        return null;
    }

    // By what it shrinks at the end of what was followed; 1 if it does not.
    private double Factor
    {
        get
        {
            double[] left = _left.Value;
            double factor = left.Length > 1 && left[^2] > 0 ? left[^1] / left[^2] : 0;
            return left.Length <= LogitLaw.MostIterations && 1 - factor > 1e-9 ? factor : 1;
        }
    }
}
