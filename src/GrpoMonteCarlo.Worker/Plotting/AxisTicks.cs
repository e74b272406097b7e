namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>The ticks of one axis: at least two labels, all different, none touching its neighbour.</summary>
/// <param name="Labelled">In rising order.</param>
/// <param name="Minor">In rising order.</param>
/// <param name="Note">What to do with the labels to get the values, as "×10^{-12} + 1"; null: nothing.</param>
internal sealed record AxisTicks(IReadOnlyList<Tick> Labelled, IReadOnlyList<Tick> Minor, string? Note)
{
    // Ticks closer than this, in px, are a smear; so are ticks that are this close on average.
    private const double LeastMinorGap = 1.8;
    private const double LeastMeanGap = 4;

    /// <summary>The ticks for an axis of a length, along the width or the height of letters of a size (px).</summary>
    public static AxisTicks Choose(AxisRange range, double length, bool horizontal, double letterSize)
    {
        // The first choice that has room; failing that, the two ends of the first whose ends have room, or are farthest apart.
        AxisTicks? pair = null;
        double farthest = 0;
        foreach (AxisTicks choice in Choices(range, length, horizontal))
        {
            if (choice.Labelled.Count < 2)
            {
                continue;
            }

            if (choice.HasRoom(length, horizontal, letterSize))
            {
                return choice with { Minor = WithRoom(choice, length) };
            }

            AxisTicks ends = choice with { Labelled = [choice.Labelled[0], choice.Labelled[^1]], Minor = [] };
            double apart = ends.HasRoom(length, horizontal, letterSize) ? 2 : ends.Labelled[1].Place - ends.Labelled[0].Place;
            if (apart > farthest)
            {
                (pair, farthest) = (ends, apart);
            }
        }

        return pair!;
    }

    /// <summary>A label's extent along its axis, in px.</summary>
    public static double Extent(string label, bool horizontal, double letterSize) => letterSize * (horizontal ? RichText.Parse(label).Width : 1);

    private static IEnumerable<AxisTicks> Choices(AxisRange range, double length, bool horizontal)
    {
        // The density that reads well; coarser steps follow, then finer ones.
        int wanted = (int)Math.Clamp(length / (horizontal ? 40 : 26), 2, 6);
        IEnumerable<AxisTicks> linear = LinearTicks.Choices(range, wanted);
        return range.Scale switch
        {
            Scale.Linear => linear,
            Scale.Log => DecadeTicks.Log(range, linear),
            _ => DecadeTicks.Logit(range, linear),
        };
    }

    private bool HasRoom(double length, bool horizontal, double letterSize)
    {
        double gap = letterSize * (horizontal ? 0.6 : 0.3);
        for (int i = 1; i < Labelled.Count; i++)
        {
            double extents = Extent(Labelled[i - 1].Label!, horizontal, letterSize) + Extent(Labelled[i].Label!, horizontal, letterSize);
            if (length * (Labelled[i].Place - Labelled[i - 1].Place) < (extents / 2) + gap)
            {
                return false;
            }
        }

        return true;
    }

    private static IReadOnlyList<Tick> WithRoom(AxisTicks ticks, double length)
    {
        double[] places = [.. ticks.Labelled.Concat(ticks.Minor).Select(tick => tick.Place).Order()];
        bool sparse = length >= LeastMeanGap * places.Length;
        return sparse && places.Zip(places.Skip(1)).All(pair => length * (pair.Second - pair.First) >= LeastMinorGap) ? ticks.Minor : [];
    }
}
