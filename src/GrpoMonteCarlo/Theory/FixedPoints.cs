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
/// grid. Between two grid points of equal sign whose slopes differ, the extremum is looked up too, so that a close pair of roots is
/// not missed. Omega on the grid is computed once for all recurrences.
/// </summary>
public sealed class FixedPoints
{
    private const int StepsPerLogit = 32;

    private readonly int _last; // the grid's logits are i / StepsPerLogit for i in [-last, last]
    private readonly Lazy<(double Value, double Slope)[]> _grid;

    /// <param name="omega">The Omega of every recurrence that will be asked about.</param>
    public FixedPoints(Omega omega)
    {
        ArgumentNullException.ThrowIfNull(omega);
        Omega = omega;
        _last = (int)(omega.TailLogit * StepsPerLogit) + 1;
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

        var found = new List<FixedPoint>();
        double strength = recurrence.Alpha * recurrence.Beta;
        double lowest = recurrence.Reference.Logit;
        if (strength == 0 || double.IsInfinity(lowest))
        {
            return found;
        }

        // Omega is not negative, so no root lies below L_ref; above this one the excess is negative for good.
        double highest = Math.Min(lowest + (Omega.LargestFrom(lowest) / strength), double.MaxValue);
        highest += Math.Max(1, Math.Abs(highest) * 1e-9);

        Sample before = At(lowest);
        int first = Math.Clamp((int)Math.Floor((lowest * StepsPerLogit) + _last) + 1, 0, 2 * _last);
        for (int i = first; i <= 2 * _last && LogitOf(i) < highest; i++)
        {
            (double value, double slope) = _grid.Value[i];
            if (LogitOf(i) > before.Logit)
            {
                before = Cross(before, new Sample(LogitOf(i), lowest + (value / strength) - LogitOf(i), (slope / strength) - 1));
            }
        }

        if (highest > before.Logit && double.IsFinite(Omega.LargestFrom(lowest)))
        {
            Cross(before, At(highest));
        }

        return found;

        Sample At(double logit)
        {
            var p = SuccessProbability.FromLogit(logit);
            return new Sample(logit, lowest + (Omega.At(p) / strength) - logit, (Omega.LogitDerivativeAt(p) / strength) - 1);
        }

        Sample Cross(Sample a, Sample b)
        {
            if (a.Excess == 0)
            {
                Add(a.Logit);
            }
            else if (a.Excess * b.Excess < 0)
            {
                Add(Root(a, b));
            }
            else if (b.Excess != 0 && a.Slope * b.Slope < 0 && a.Excess * a.Slope < 0)
            {
                Sample turn = Extremum(a, b);
                if (turn.Excess == 0)
                {
                    Add(turn.Logit);
                }
                else if (turn.Excess * a.Excess < 0)
                {
                    Add(Root(a, turn));
                    Add(Root(turn, b));
                }
            }

            return b;
        }

        void Add(double logit)
        {
            var p = SuccessProbability.FromLogit(logit);
            found.Add(new FixedPoint(p, recurrence.DerivativeAt(p)));
        }

        // Newton's step where it stays inside the bracket and shrinks it well, bisection otherwise, until no double lies between.
        double Root(Sample a, Sample b)
        {
            double width = double.PositiveInfinity;
            while (true)
            {
                double middle = a.Logit + ((b.Logit - a.Logit) / 2);
                if (middle <= a.Logit || middle >= b.Logit)
                {
                    return Math.Abs(a.Excess) <= Math.Abs(b.Excess) ? a.Logit : b.Logit;
                }

                Sample near = Math.Abs(a.Excess) < Math.Abs(b.Excess) ? a : b;
                double newton = near.Logit - (near.Excess / near.Slope);
                bool shrinks = b.Logit - a.Logit < width / 2;
                width = b.Logit - a.Logit;
                Sample next = At(shrinks && newton > a.Logit && newton < b.Logit ? newton : middle);
                if (next.Excess == 0)
                {
                    return next.Logit;
                }

                if (next.Excess * a.Excess < 0)
                {
                    b = next;
                }
                else
                {
                    a = next;
                }
            }
        }

        Sample Extremum(Sample a, Sample b)
        {
            for (int i = 0; i < 60; i++)
            {
                Sample middle = At(a.Logit + ((b.Logit - a.Logit) / 2));
                if (middle.Slope * a.Slope < 0)
                {
                    b = middle;
                }
                else
                {
                    a = middle;
                }
            }

            return Math.Abs(a.Excess) <= Math.Abs(b.Excess) ? a : b;
        }
    }

    private double LogitOf(int index) => (double)(index - _last) / StepsPerLogit;

    // Excess: L_ref + Omega/(alpha beta) - L, zero at a fixed point; Slope its derivative by L.
    private readonly record struct Sample(double Logit, double Excess, double Slope);
}
