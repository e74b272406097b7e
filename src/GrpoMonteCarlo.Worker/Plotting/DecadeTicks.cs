namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Ticks at powers of ten, of the value (log) or of the distance to the nearer of 0 and 1 (logit).</summary>
internal static class DecadeTicks
{
    private static readonly int[] Strides = [1, 2, 3, 5, 10, 20, 50, 100];

    /// <summary>Decades, every second, third...; over few decades also 2 and 5 times them, or steps of the value.</summary>
    public static IEnumerable<AxisTicks> Log(AxisRange range, IEnumerable<AxisTicks> linear)
    {
        (int first, int last) = ((int)Math.Floor(range.From), (int)Math.Ceiling(range.To));
        Tick[] minor = last - first > 12
            ? []
            : [.. Ticks(range, first, last, [2, 3, 4, 5, 6, 7, 8, 9], (m, k) => (k + Math.Log10(m), null))];
        AxisTicks decades = new([.. Ticks(range, first, last, [1], (_, k) => (k, Decimals.PowerOfTen(k, "")))], minor, null);
        AxisTicks parts = new([.. Ticks(range, first, last, [1, 2, 5], (m, k) => (k + Math.Log10(m), Short(m, k)))], minor, null);
        IEnumerable<AxisTicks> strided = Strides.Skip(1).Select(stride =>
        {
            Tick[] labelled = [.. Ticks(range, first, last, [1], (_, k) => k % stride == 0 ? (k, Decimals.PowerOfTen(k, "")) : (double.NaN, null))];
            return new AxisTicks(labelled, Without(decades.Labelled, labelled), null);
        });
        return decades.Labelled.Count >= 3
            ? [decades, .. strided, .. linear]
            : [.. parts.Labelled.Count >= 3 ? [parts] : Array.Empty<AxisTicks>(), .. linear.Take(3), decades, .. linear.Skip(3), parts];
    }

    /// <summary>0.5 and decades on both sides, every second, third...; over few decades also 2 and 5 times them, or steps of the value.</summary>
    public static IEnumerable<AxisTicks> Logit(AxisRange range, IEnumerable<AxisTicks> linear)
    {
        int last = (int)Math.Ceiling(Math.Max(Math.Abs(range.From), Math.Abs(range.To)) / Math.Log(10)) + 1;
        Tick[] minor = last > 9 ? [] : Sides(range, last, [2, 3, 4, 5, 6, 7, 8, 9], _ => true, labelled: false);
        AxisTicks decades = new(Sides(range, last, [1], _ => true, labelled: true), minor, null);
        AxisTicks parts = new(Sides(range, last, [1, 2, 5], _ => true, labelled: true), minor, null);
        IEnumerable<AxisTicks> strided = Strides.Skip(1).Take(5).Select(stride =>
        {
            Tick[] labelled = Sides(range, last, [1], k => k % stride == 0, labelled: true);
            return new AxisTicks(labelled, Without(decades.Labelled, labelled), null);
        });
        return decades.Labelled.Count >= 3
            ? [decades, .. strided, .. linear]
            : [.. parts.Labelled.Count >= 3 ? [parts] : Array.Empty<AxisTicks>(), .. linear.Take(3), decades, .. linear.Skip(3), parts];
    }

    // 0.5 belongs to every choice: it is 5 times 10^-1 and the stride's 0.
    private static Tick[] Sides(AxisRange range, int last, int[] factors, Func<int, bool> kept, bool labelled)
    {
        var ticks = new List<Tick>();
        foreach (int sign in new[] { -1, 1 })
        {
            for (int k = 1; k <= last; k++)
            {
                foreach (int m in factors.Where(m => kept(k) && (m < 5 || k > 1)))
                {
                    double q = Decimals.Value(m, -k);
                    Add(range, -sign * Math.Log(q / (1 - q)), labelled ? (sign < 0 ? Short(m, -k) : Complement(m, k)) : null, ticks);
                }
            }
        }

        Add(range, 0, labelled ? "0.5" : null, ticks);

        // The lower side was built as the upper one's mirror image.
        return [.. ticks.OrderBy(tick => tick.Place)];
    }

    private static Tick[] Ticks(AxisRange range, int first, int last, int[] factors, Func<int, int, (double Coordinate, string? Label)> at)
    {
        var ticks = new List<Tick>();
        for (int k = first - 1; k <= last; k++)
        {
            foreach (int m in factors)
            {
                (double coordinate, string? label) = at(m, k);
                Add(range, coordinate, label, ticks);
            }
        }

        return [.. ticks];
    }

    private static void Add(AxisRange range, double coordinate, string? label, List<Tick> ticks)
    {
        double place = (coordinate - range.From) / (range.To - range.From);
        if (place is >= -1e-6 and <= 1 + 1e-6)
        {
            ticks.Add(new Tick(Math.Clamp(place, 0, 1), label));
        }
    }

    private static Tick[] Without(IReadOnlyList<Tick> ticks, Tick[] taken) =>
        [.. ticks.Where(tick => !taken.Any(other => other.Place == tick.Place)).Select(tick => tick with { Label = null })];

    // m 10^k.
    private static string Short(int m, int k) => k is >= -3 and <= 4
        ? Decimals.Text(m, k)
        : m == 1 ? Decimals.PowerOfTen(k, "") : Decimals.PowerOfTen(k, m == 2 ? "2×" : "5×");

    // 1 - m 10^-k.
    private static string Complement(int m, int k) => k <= 3
        ? Decimals.Trimmed((long)Decimals.Value(1, k) - m, -k)
        : "1−" + (m == 1 ? Decimals.PowerOfTen(-k, "") : Decimals.PowerOfTen(-k, m == 2 ? "2×" : "5×"));
}
