using System.Globalization;
using System.Text.RegularExpressions;
using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Tests.Plotting;

public partial class AxisTicksTests
{
    private const double LetterSize = 10;

    [Fact]
    public void Labels_are_two_or_more_inside_rising_distinct_and_apart()
    {
        var random = new System.Random(1);
        for (int trial = 0; trial < 10_000; trial++)
        {
            Scale scale = (Scale)random.Next(3);
            (double low, double high) = Ends(random, scale);
            AxisRange range = AxisRange.Of(new Axis(null, scale), [low, high], []);
            bool horizontal = random.Next(2) == 0;
            double length = 80 + (400 * random.NextDouble());
            AxisTicks ticks = AxisTicks.Choose(range, length, horizontal, LetterSize);
            string what = FormattableString.Invariant($"{scale} {low:R}..{high:R}, {length} px, {(horizontal ? "x" : "y")}");

            Assert.True(ticks.Labelled.Count >= 2, what);
            Assert.All(ticks.Labelled.Concat(ticks.Minor), tick => Assert.InRange(tick.Place, 0, 1));
            Assert.True(ticks.Labelled.Select(tick => RichText.Parse(tick.Label!).Plain).Distinct().Count() == ticks.Labelled.Count, what);
            Assert.All(ticks.Minor, tick => Assert.Null(tick.Label));
            for (int i = 1; i < ticks.Labelled.Count; i++)
            {
                (Tick a, Tick b) = (ticks.Labelled[i - 1], ticks.Labelled[i]);
                double extents = AxisTicks.Extent(a.Label!, horizontal, LetterSize) + AxisTicks.Extent(b.Label!, horizontal, LetterSize);
                Assert.True(length * (b.Place - a.Place) > extents / 2, $"{what}: {a.Label} and {b.Label}");
            }
        }
    }

    [Fact]
    public void Labels_say_the_value_at_their_place()
    {
        var random = new System.Random(2);
        for (int trial = 0; trial < 10_000; trial++)
        {
            Scale scale = (Scale)random.Next(3);
            (double low, double high) = Ends(random, scale);
            AxisRange range = AxisRange.Of(new Axis(null, scale), [low, high], []);
            AxisTicks ticks = AxisTicks.Choose(range, 300, horizontal: false, LetterSize);
            foreach (Tick tick in ticks.Labelled)
            {
                double place = range.Place(Said(tick.Label!, ticks.Note));
                string what = FormattableString.Invariant($"{scale} {low:R}..{high:R}: {tick.Label} {ticks.Note} at {tick.Place}, not {place}");
                Assert.True(Math.Abs(place - tick.Place) < 0.02, what);
            }
        }
    }

    [Theory]
    [InlineData(nameof(Scale.Linear), 0, 1, "0 0.2 0.4 0.6 0.8 1.0", null)]
    [InlineData(nameof(Scale.Linear), 0, 20, "0 5 10 15 20", null)]
    [InlineData(nameof(Scale.Linear), -3e-5, 3e-5, "−3 −2 −1 0 1 2 3", "×10^{-5}")]
    [InlineData(nameof(Scale.Linear), 0.3000001, 0.3000007, "1 2 3 4 5 6 7", "×10^{-7} + 0.3")]
    [InlineData(nameof(Scale.Linear), 0.999999999999, 0.99999999999995, "−1.0 −0.8 −0.6 −0.4 −0.2", "×10^{-12} + 1")]
    [InlineData(nameof(Scale.Linear), 1234560, 1234569, "0 2 4 6 8", "+ 1234560")]
    [InlineData(nameof(Scale.Log), 0.001, 100, "10^{-3} 10^{-2} 10^{-1} 10^{0} 10^{1} 10^{2}", null)]
    [InlineData(nameof(Scale.Log), 1, 30, "1 2 5 10 20", null)]
    [InlineData(nameof(Scale.Log), 3, 4, "3.0 3.2 3.4 3.6 3.8 4.0", null)]
    [InlineData(nameof(Scale.Logit), 0.0005, 0.9995, "0.001 0.01 0.1 0.5 0.9 0.99 0.999", null)]
    [InlineData(nameof(Scale.Logit), 0.1, 0.9999999, "0.1 0.5 0.9 0.99 0.999 1−10^{-4} 1−10^{-5} 1−10^{-6} 1−10^{-7}", null)]
    [InlineData(nameof(Scale.Logit), 0.45, 0.55, "0.46 0.48 0.50 0.52 0.54", null)]
    public void Ticks_read_well(string scale, double low, double high, string labels, string? note)
    {
        AxisRange range = AxisRange.Of(new Axis(null, Enum.Parse<Scale>(scale)) { From = low, To = high }, [], []);
        AxisTicks ticks = AxisTicks.Choose(range, 170, horizontal: false, LetterSize);
        Assert.Equal(labels, string.Join(' ', ticks.Labelled.Select(tick => tick.Label)));
        Assert.Equal(note, ticks.Note);
    }

    [Theory]
    [InlineData(nameof(Scale.Log), 0, 1)]
    [InlineData(nameof(Scale.Logit), 0.5, 1)]
    [InlineData(nameof(Scale.Linear), 1, 1)]
    [InlineData(nameof(Scale.Linear), 2, 1)]
    [InlineData(nameof(Scale.Linear), double.NaN, 1)]
    public void Fixed_ends_without_a_place_or_out_of_order_are_refused(string scale, double from, double to) =>
        Assert.Throws<ArgumentException>(() => AxisRange.Of(new Axis(null, Enum.Parse<Scale>(scale)) { From = from, To = to }, [], []));

    [Theory]
    [InlineData(nameof(Scale.Linear))]
    [InlineData(nameof(Scale.Log))]
    [InlineData(nameof(Scale.Logit))]
    public void A_value_comes_back_from_its_coordinate(string scale)
    {
        foreach (double value in new[] { 1e-12, 0.2, 0.5, 0.75 })
        {
            Assert.Equal(1, AxisRange.Value(Enum.Parse<Scale>(scale), AxisRange.Coordinate(Enum.Parse<Scale>(scale), value)) / value, 1e-12);
        }
    }

    // Wide and narrow, near 0, near 1 and far off.
    private static (double Low, double High) Ends(System.Random random, Scale scale)
    {
        double Spread(double most) => Math.Pow(10, -most * random.NextDouble());
        double middle = scale switch
        {
            Scale.Linear => (random.Next(3) - 1) * Math.Pow(10, (24 * random.NextDouble()) - 12),
            Scale.Log => Math.Pow(10, (60 * random.NextDouble()) - 30),
            _ => random.Next(2) == 0 ? Spread(14) / 2 : 1 - (Spread(13) / 2),
        };
        double wide = scale switch
        {
            Scale.Linear => (middle == 0 ? 1 : Math.Abs(middle)) * Spread(14) * 10,
            Scale.Log => middle * Spread(13),
            _ => Math.Min(middle, 1 - middle) * Spread(4),
        };
        double high = scale == Scale.Log && random.Next(2) == 0 ? middle / Spread(40) : middle + wide;
        return random.Next(20) == 0 ? (middle, middle) : (middle, scale == Scale.Logit && random.Next(3) == 0 ? 1 - (middle / 2) : high);
    }

    // What a reader makes of a label and its axis's note.
    private static double Said(string label, string? note)
    {
        Match match = NoteParts().Match(note ?? "");
        double power = match.Groups["power"].Success ? double.Parse(match.Groups["power"].Value, CultureInfo.InvariantCulture) : 0;
        double sum = match.Groups["sum"].Success ? Number(match.Groups["sum"].Value.Replace(" ", "", StringComparison.Ordinal)) : 0;
        return sum + (Number(label) * Math.Pow(10, power));
    }

    private static double Number(string text)
    {
        text = text.Replace('−', '-').TrimStart('+');
        if (text.StartsWith("1-", StringComparison.Ordinal))
        {
            return 1 - Number(text[2..]);
        }

        Match match = Power().Match(text);
        if (!match.Success)
        {
            return double.Parse(text, CultureInfo.InvariantCulture);
        }

        double factor = match.Groups[1].Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 1;
        return factor * Math.Pow(10, double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^(×10\^\{(?<power>-?\d+)\})? ?(?<sum>[+−] [\d.]+)?$")]
    private static partial Regex NoteParts();

    [GeneratedRegex(@"^(?:(\d)×)?10\^\{(-?\d+)\}$")]
    private static partial Regex Power();
}
