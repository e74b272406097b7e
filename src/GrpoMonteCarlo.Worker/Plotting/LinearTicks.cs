namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Ticks at multiples of 1, 2 or 5 times a power of ten. They are kept as integers, so that their labels are exact.</summary>
internal static class LinearTicks
{
    /// <summary>The step next to what <paramref name="wanted"/> ticks ask for, coarser ones, then finer ones.</summary>
    public static IEnumerable<AxisTicks> Choices(AxisRange range, int wanted)
    {
        (double low, double high) = (range.Low, range.High);
        int first = FirstStep((high - low) / wanted);
        int[] steps = [first, first + 1, first + 2, first - 1, first - 2, first - 3];
        return steps.Select(step => WithStep(range, low, high, step));
    }

    // Step s is 1, 2 or 5 (s mod 3) times 10^(s div 3).
    private static (int Factor, int Exponent) Step(int step)
    {
        int exponent = (int)Math.Floor(step / 3.0);
        return ((step - (3 * exponent)) switch { 0 => 1, 1 => 2, _ => 5 }, exponent);
    }

    private static int FirstStep(double least)
    {
        int step = 3 * (int)Math.Floor(Math.Log10(least));
        while (Decimals.Value(Step(step).Factor, Step(step).Exponent) < 0.8 * least)
        {
            step++;
        }

        return step;
    }

    private static AxisTicks WithStep(AxisRange range, double low, double high, int step)
    {
        (int factor, int exponent) = Step(step);
        double size = Decimals.Value(factor, exponent);
        var ticks = new List<(double Place, long Units)>();
        for (double multiple = Math.Floor(low / size) - 1; multiple <= Math.Ceiling(high / size) + 1; multiple++)
        {
            long units = (long)multiple * factor;
            double place = range.Place(Decimals.Value(units, exponent));
            if (place is >= -1e-6 and <= 1 + 1e-6)
            {
                ticks.Add((Math.Clamp(place, 0, 1), units));
            }
        }

        if (ticks.Count == 0)
        {
            return new AxisTicks([], [], null);
        }

        (string[] labels, string? note) = Labels([.. ticks.Select(tick => tick.Units)], exponent);
        return new AxisTicks([.. ticks.Zip(labels, (tick, label) => new Tick(tick.Place, label))], [], note);
    }

    // Plain while short; else without a common power of ten; else, many digits, also without a common round number.
    private static (string[] Labels, string? Note) Labels(long[] units, int exponent)
    {
        long largest = Math.Max(Math.Abs(units[0]), Math.Abs(units[^1]));
        int leading = Decimals.Leading(largest, exponent);
        if (Math.Max(leading, 0) + 1 + Math.Max(-exponent, 0) <= 5)
        {
            return (Written(units, exponent), null);
        }

        if (leading - exponent + 1 <= 4)
        {
            return (Written(units, exponent - leading), Decimals.PowerOfTen(leading, "×"));
        }

        // The roundest number that leaves labels hardly longer than the ticks' span.
        long span = Math.Max(units[^1] - units[0], 1);
        long round = 1;
        long offset = units[0];
        while (round <= largest && Math.Abs(Nearest(units[0], 10 * round) - units[0]) <= 4 * span)
        {
            round *= 10;
            offset = Nearest(units[0], round);
        }

        long[] rest = [.. units.Select(unit => unit - offset)];
        int power = Decimals.Leading(rest.Max(Math.Abs), exponent);
        power = power is >= -1 and <= 3 ? 0 : power;
        string sum = (offset < 0 ? "− " : "+ ") + Decimals.Trimmed(Math.Abs(offset), exponent);
        return (Written(rest, exponent - power), power == 0 ? sum : $"{Decimals.PowerOfTen(power, "×")} {sum}");
    }

    // Exact up to 10^16, and there are never more units than that in a double.
    private static long Nearest(long value, long round) => (long)Math.Round((double)value / round) * round;

    private static string[] Written(long[] units, int exponent) => [.. units.Select(unit => Decimals.Text(unit, exponent))];
}
