namespace GrpoMonteCarlo.Theory;

/// <summary>A success probability that the recurrence maps to itself.</summary>
/// <param name="P">p*.</param>
/// <param name="Derivative">h'(p*).</param>
public readonly record struct FixedPoint(SuccessProbability P, double Derivative)
{
    /// <summary>Locally stable: |h'(p*)| &lt; 1. It does not say where an orbit ends (theory.md section 4).</summary>
    public bool Stable => Math.Abs(Derivative) < 1;
}

/// <summary>
/// All fixed points of recurrences that share an Omega: the roots of L_ref + Omega/(alpha beta) - L, found by bracketing on a logit
/// grid (<see cref="RootSearch"/>). Omega on the grid is computed once for all recurrences.
/// </summary>
public sealed class FixedPoints
{
    private readonly int _last; // the grid's logits are i / RootSearch.StepsPerLogit for i in [-last, last]
    private readonly Lazy<(double Value, double Slope)[]> _grid;

    /// <param name="omega">The Omega of every recurrence that will be asked about.</param>
    public FixedPoints(Omega omega)
    {
        ArgumentNullException.ThrowIfNull(omega);
        Omega = omega;
        _last = (int)(omega.TailLogit * RootSearch.StepsPerLogit) + 1;
        _grid = new Lazy<(double, double)[]>(() =>
        {
            var grid = new (double, double)[(2 * _last) + 1];
            for (int i = 0; i < grid.Length; i++)
            {
                var p = SuccessProbability.FromLogit(LogitOf(i));
                grid[i] = (Omega.At(p), Omega.LogitDerivativeAt(p));
            }

            return grid;
        });
    }

    /// <summary>The Omega that the recurrences share.</summary>
    public Omega Omega { get; }

    /// <summary>
    /// The fixed points of one recurrence, in rising order; none under the mirror anchor (alpha = 0), whose iterates rise to 1.
    /// </summary>
    /// <exception cref="ArgumentException">The recurrence has another Omega.</exception>
    public IReadOnlyList<FixedPoint> Of(Recurrence recurrence)
    {
        ArgumentNullException.ThrowIfNull(recurrence);
        if (recurrence.Omega != Omega)
        {
            throw new ArgumentException("The recurrence has another Omega than this grid.", nameof(recurrence));
        }

        double strength = recurrence.Alpha * recurrence.Beta;
        double lowest = recurrence.Reference.Logit;
        if (strength == 0 || double.IsInfinity(lowest))
        {
            return [];
        }

        // Omega is not negative, so no root lies below L_ref; above this one the excess is negative for good.
        double highest = Math.Min(lowest + (Omega.LargestFrom(lowest) / strength), double.MaxValue);
        highest += Math.Max(1, Math.Abs(highest) * 1e-9);

        double last = lowest;
        var search = new RootSearch(At);
        search.Next(At(lowest));
        int first = Math.Clamp((int)Math.Floor((lowest * RootSearch.StepsPerLogit) + _last) + 1, 0, 2 * _last);
        for (int i = first; i <= 2 * _last && LogitOf(i) < highest; i++)
        {
            (double value, double slope) = _grid.Value[i];
            if (LogitOf(i) > last)
            {
                last = LogitOf(i);
                search.Next(new RootSearch.Sample(last, lowest + (value / strength) - last, (slope / strength) - 1));
            }
        }

        if (highest > last && double.IsFinite(Omega.LargestFrom(lowest)))
        {
            search.Next(At(highest));
        }

        return
        [
            .. search.Roots.Select(logit =>
            {
                var p = SuccessProbability.FromLogit(logit);
                return new FixedPoint(p, recurrence.DerivativeAt(p));
            }),
        ];

        RootSearch.Sample At(double logit)
        {
            var p = SuccessProbability.FromLogit(logit);
            return new RootSearch.Sample(logit, lowest + (Omega.At(p) / strength) - logit, (Omega.LogitDerivativeAt(p) / strength) - 1);
        }
    }

    private double LogitOf(int index) => (double)(index - _last) / RootSearch.StepsPerLogit;
}
