namespace GrpoMonteCarlo.Theory;

/// <summary>The laws of L_0, ..., L_N on a grid, and the chain's transitions, each worked out when it is first needed.</summary>
internal sealed class LogitChain
{
    private const double Negligible = 1e-18;

    private readonly Recurrence _recurrence;
    private readonly GroupSumLaw _sum;
    private readonly bool _smooth;
    private readonly Row?[] _rows;
    private readonly Row _first;
    private readonly double[] _scratch;

    private readonly record struct Entry(int Point, double Mass);

    private sealed record Row(Entry[] Entries);

    /// <param name="recurrence">Of a finite group.</param>
    /// <param name="start">p_0.</param>
    /// <param name="sum">The law of an update's sum.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="smooth">Whether the mass of smooth laws is spread so that three moments are kept; else all mass stays between two points.</param>
    public LogitChain(Recurrence recurrence, SuccessProbability start, GroupSumLaw sum, LogitGrid grid, bool smooth)
    {
        (_recurrence, _sum, Grid, _smooth) = (recurrence, sum, grid, smooth);
        _rows = new Row?[grid.Points.Length];
        _scratch = new double[grid.Points.Length];
        _first = RowFrom(start.Logit);
    }

    public LogitGrid Grid { get; }

    /// <summary>Whether the laws have a density on the grid, not atoms.</summary>
    public bool IsSmooth => _smooth && _sum.IsSmooth;

    /// <summary>How many products all transitions so far have taken.</summary>
    public long Products { get; private set; }

    /// <summary>The law of L_1: from the start itself, which no grid has moved.</summary>
    public double[] First()
    {
        var masses = new double[Grid.Points.Length];
        Add(masses, _first, 1);
        return masses;
    }

    /// <summary>The law one iteration later.</summary>
    public double[] Next(double[] masses)
    {
        var next = new double[masses.Length];
        for (int i = 0; i < masses.Length; i++)
        {
            if (Math.Abs(masses[i]) > Negligible)
            {
                Add(next, _rows[i] ??= RowFrom(Grid.Points[i]), masses[i]);
            }
        }

        return next;
    }

    private void Add(double[] masses, Row row, double mass)
    {
        Products += row.Entries.Length;
        foreach ((int point, double share) in row.Entries)
        {
            masses[point] += mass * share;
        }
    }

    private Row RowFrom(double logit)
    {
        var p = SuccessProbability.FromLogit(logit);
        double anchor = Recurrence.AnchorLogit(_recurrence.Alpha, _recurrence.Reference.Logit, logit);
        double divisor = _sum.Divisor(p, _recurrence.Beta);
        _sum.Compute(p, Grid.Spacing * divisor);
        Array.Clear(_scratch);
        Grid.Add(_scratch, Target(_sum.Still.Value), _sum.Still.Mass);
        for (int i = 0; i < _sum.Count; i++)
        {
            double mass = _sum.Probabilities[i];
            if (Math.Abs(mass) <= Negligible)
            {
                continue;
            }

            if (IsSmooth)
            {
                Grid.AddSmooth(_scratch, Target(_sum.Values[i]), mass);
            }
            else
            {
                Grid.Add(_scratch, Target(_sum.Values[i]), mass);
            }
        }

        int count = 0;
        foreach (double mass in _scratch)
        {
            count += Math.Abs(mass) > Negligible ? 1 : 0;
        }

        var entries = new Entry[count];
        count = 0;
        for (int i = 0; i < _scratch.Length; i++)
        {
            if (Math.Abs(_scratch[i]) > Negligible)
            {
                entries[count++] = new Entry(i, _scratch[i]);
            }
        }

        return new Row(entries);

        // What has saturated has no sum but 0, and must not be divided.
        double Target(double sum) => sum == 0 ? anchor : anchor + (sum / divisor);
    }
}
