namespace GrpoMonteCarlo.Theory;

/// <summary>
/// Points on the line of logits: evenly spaced in a window, then further and further apart, up to 2^20 to either side, where a policy has
/// saturated for good.
/// </summary>
internal sealed class LogitGrid
{
    private const double End = 1 << 20;

    private readonly int _firstEven;
    private readonly int _evens;

    /// <param name="lowest">Where the window begins.</param>
    /// <param name="highest">Where it ends.</param>
    /// <param name="spacing">Distance of its points, a power of two.</param>
    public LogitGrid(double lowest, double highest, double spacing)
    {
        Spacing = spacing;
        double first = Math.Floor(lowest / spacing) * spacing;
        _evens = (int)Math.Ceiling((highest - first) / spacing) + 1;
        double[] below = [.. Outwards(-first)];
        double[] above = [.. Outwards(first + ((_evens - 1) * spacing))];
        _firstEven = below.Length;
        Points = [.. below.Reverse().Select(x => -x), .. Enumerable.Range(0, _evens).Select(i => first + (i * spacing)), .. above];

        IEnumerable<double> Outwards(double from)
        {
            double step = spacing;
            for (double x = from; x < End;)
            {
                step = Math.Min(1.1 * step, Math.Max(0.25, Math.Abs(x) / 16));
                x += step;
                yield return x;
            }
        }
    }

    /// <summary>The logits, rising.</summary>
    public double[] Points { get; }

    /// <summary>Distance of the points in the window.</summary>
    public double Spacing { get; }

    /// <summary>Half way to the point below; the mass of a point is thought of as even between this and that of the point above.</summary>
    public double EdgeBelow(int i) => i == 0 ? Points[0] : Points[i - 1] + ((Points[i] - Points[i - 1]) / 2);

    /// <summary>Which share of a point's mass lies at a logit or above.</summary>
    public double ShareFrom(int i, double logit)
    {
        double low = EdgeBelow(i);
        double high = i == Points.Length - 1 ? Points[i] : EdgeBelow(i + 1);
        return Math.Clamp((high - logit) / (high - low), 0, 1);
    }

    /// <summary>The point nearest to a logit inside the window; null outside.</summary>
    public int? EvenIndexOf(double logit)
    {
        double even = (logit - Points[_firstEven]) / Spacing;
        return even >= 1 && even < _evens - 2 ? _firstEven + (int)(even + 0.5) : null;
    }

    /// <summary>Adds mass at a logit: to the two points around it, which keeps the mean.</summary>
    public void Add(double[] masses, double logit, double mass)
    {
        int i = Below(logit);
        double share = Math.Clamp((logit - Points[i]) / (Points[i + 1] - Points[i]), 0, 1);
        masses[i] += (1 - share) * mass;
        masses[i + 1] += share * mass;
    }

    /// <summary>Adds a part of a smooth law: in the window to four points, which keeps three moments.</summary>
    public void AddSmooth(double[] masses, double logit, double mass)
    {
        int i = Below(logit);
        if (i <= _firstEven || i >= _firstEven + _evens - 2)
        {
            Add(masses, logit, mass);
            return;
        }

        double f = (logit - Points[i]) / Spacing;
        masses[i - 1] -= mass * f * (1 - f) * (2 - f) / 6;
        masses[i] += mass * (1 + f) * (1 - f) * (2 - f) / 2;
        masses[i + 1] += mass * (1 + f) * f * (2 - f) / 2;
        masses[i + 2] -= mass * (1 + f) * f * (1 - f) / 6;
    }

    // The last point at the logit or below that has one above.
    private int Below(double logit)
    {
        double even = (logit - Points[_firstEven]) / Spacing;
        if (even >= 0 && even < _evens - 1)
        {
            return _firstEven + (int)even;
        }

        int found = Array.BinarySearch(Points, logit);
        return Math.Clamp(found < 0 ? ~found - 1 : found, 0, Points.Length - 2);
    }
}
