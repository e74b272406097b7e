namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>A scale between two ends: where each value stands.</summary>
internal sealed class AxisRange
{
    // The part of the data's span that is added at either end.
    private const double Room = 0.04;

    // Beyond it differences overflow.
    private const double Largest = 1e300;

    private AxisRange(Scale scale, double from, double to) => (Scale, From, To) = (scale, from, to);

    public Scale Scale { get; }

    /// <summary>The coordinate (not the value) of the beginning.</summary>
    public double From { get; }

    /// <summary>The coordinate of the end.</summary>
    public double To { get; }

    /// <summary>The value at the beginning.</summary>
    public double Low => Value(Scale, From);

    /// <summary>The value at the end.</summary>
    public double High => Value(Scale, To);

    /// <summary>What holds all values, those without a place left out; none at all: 0 to 1, or a part of the scale as good.</summary>
    /// <param name="axis">Its scale, and the ends that are fixed.</param>
    /// <param name="values">Values that get room around them.</param>
    /// <param name="touching">Values at which the axis may end, without room.</param>
    /// <exception cref="ArgumentException">A given end has no place on the scale, or the ends are not in order.</exception>
    public static AxisRange Of(Axis axis, IEnumerable<double> values, IEnumerable<double> touching)
    {
        Scale scale = axis.Scale;
        (double low, double high) = Extent(scale, values);
        (double tightLow, double tightHigh) = Extent(scale, touching);
        if (low > high && tightLow > tightHigh)
        {
            (low, high) = scale switch { Scale.Linear => (0, 1), Scale.Log => (0, 1), _ => (Coordinate(scale, 0.1), Coordinate(scale, 0.9)) };
        }
        else
        {
            (double allLow, double allHigh) = (Math.Min(low, tightLow), Math.Max(high, tightHigh));
            double room = Room * (allHigh - allLow);
            (low, high) = Widened(scale, Math.Min(low - room, tightLow), Math.Max(high + room, tightHigh));
        }

        double from = axis.From is { } first ? End(scale, first) : low;
        double to = axis.To is { } last ? End(scale, last) : high;
        if (to - from >= LeastSpan(scale, from, to))
        {
            return new AxisRange(scale, from, to);
        }

        if (axis.From is { } && axis.To is { })
        {
            throw new ArgumentException($"An axis from {axis.From} to {axis.To}.", nameof(axis));
        }

        // One end given, and all data beyond it.
        double wide = Math.Max(1, Math.Abs(axis.From is { } ? from : to));
        return axis.From is { } ? new AxisRange(scale, from, from + wide) : new AxisRange(scale, to - wide, to);
    }

    /// <summary>0 at the beginning, 1 at the end; NaN for a value that has no place.</summary>
    public double Place(double value) => (Coordinate(Scale, value) - From) / (To - From);

    /// <summary><see cref="Place"/>, but what is below the scale stands far below and what is above far above.</summary>
    public double PlaceOrBeyond(double value)
    {
        double place = Place(value);
        return !double.IsNaN(place) || double.IsNaN(value) ? place : value > 0 ? 1e6 : -1e6;
    }

    /// <summary>What is spread evenly along the axis; NaN where there is none.</summary>
    public static double Coordinate(Scale scale, double value) => scale switch
    {
        Scale.Linear => Math.Abs(value) <= Largest ? value : double.NaN,
        Scale.Log => value > 0 && value <= Largest ? Math.Log10(value) : double.NaN,
        _ => value is > 0 and < 1 ? Math.Log(value / (1 - value)) : double.NaN,
    };

    /// <summary>The value of a coordinate.</summary>
    public static double Value(Scale scale, double coordinate) => scale switch
    {
        Scale.Linear => coordinate,
        Scale.Log => Math.Pow(10, coordinate),
        _ => coordinate < 0 ? Math.Exp(coordinate) / (1 + Math.Exp(coordinate)) : 1 / (1 + Math.Exp(-coordinate)),
    };

    private static double End(Scale scale, double value)
    {
        double end = Coordinate(scale, value);
        return double.IsNaN(end) ? throw new ArgumentException($"{value} has no place on a {scale} axis.", nameof(value)) : end;
    }

    // Low above high if there is nothing.
    private static (double Low, double High) Extent(Scale scale, IEnumerable<double> values)
    {
        (double low, double high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (double value in values)
        {
            double u = Coordinate(scale, value);
            if (!double.IsNaN(u))
            {
                (low, high) = (Math.Min(low, u), Math.Max(high, u));
            }
        }

        return (low, high);
    }

    // Equal values stand in the middle of something.
    private static (double Low, double High) Widened(Scale scale, double low, double high)
    {
        double middle = low + ((high - low) / 2);
        double half = low < high
            ? Math.Max((high - low) / 2, LeastSpan(scale, low, high))
            : scale != Scale.Linear ? 0.5 : middle == 0 ? 1 : 0.05 * Math.Abs(middle);
        return (middle - half, middle + half);
    }

    // So much that the ticks of nearly equal values differ in their doubles.
    private static double LeastSpan(Scale scale, double low, double high)
    {
        double largest = Math.Max(Math.Abs(low), Math.Abs(high));
        return scale switch
        {
            Scale.Linear => Math.Max(1e-13 * largest, 1e-290),
            Scale.Log => 1e-13 * Math.Max(1, largest),
            _ => Math.Min(1e-13 * Math.Exp(largest), 0.5),
        };
    }
}
