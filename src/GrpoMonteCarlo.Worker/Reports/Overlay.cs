using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>A line of a panel: a setting, and the cell that has it.</summary>
internal readonly record struct OverlayLine(string Label, int Cell);

/// <summary>A panel: what its cells have in common, and a line for each.</summary>
internal sealed record OverlayPanel(string Label, IReadOnlyList<OverlayLine> Lines);

/// <summary>
/// Which cells are lines side by side in one panel: those that differ in some parameters only, the settings. It is chosen by the cells alone,
/// so that their iterations need not all be read.
/// </summary>
internal sealed record Overlay(IReadOnlyList<OverlayPanel> Panels, int AllPanels, int Settings, int AllSettings)
{
    private const int MostPanels = 12;

    // As many as there are dashes.
    private const int MostLines = 8;

    // Beyond it bands hide each other.
    private const int MostBands = 4;

    // Of all lines, so that files stay small: longer runs have fewer panels.
    private const int MostPoints = 30_000;

    public IEnumerable<int> Cells => Panels.SelectMany(panel => panel.Lines).Select(line => line.Cell);

    /// <summary>What the caption says is left out.</summary>
    public string Omission => ReportFigures.Omission(Settings, AllSettings, "settings")
        + ReportFigures.Omission(Panels.Count, AllPanels, "combinations of the other parameters");

    /// <summary>Null if there is nothing to put side by side.</summary>
    /// <param name="run">The run.</param>
    /// <param name="variation">What varies in it.</param>
    /// <param name="names">The parameters that may tell lines apart, the most important first; the last ones tell panels apart where there
    /// are too many lines.</param>
    /// <param name="isWanted">Whether a panel of such cells is.</param>
    public static Overlay? Of(RunData run, Variation variation, IEnumerable<string> names, Func<IReadOnlyList<int>, bool> isWanted)
    {
        Column[] settings = variation.Varying(names);
        while (settings.Length > 1 && variation.Distinct(settings) > MostLines)
        {
            settings = settings[..^1];
        }

        if (settings.Length == 0)
        {
            return null;
        }

        // Labels name the parameters in the datasets' order.
        settings = [.. variation.Columns.Intersect(settings)];
        string[] all = [.. Variation.Split(Enumerable.Range(0, run.Count), settings).Select(line => line.Label)];
        string[] chosen = Sample.Of(all, MostLines);
        List<OverlayPanel> panels = [.. variation.Combinations([.. settings.Select(column => column.Name)])
            .Select(panel => new OverlayPanel(panel.Label, [.. Variation.Split(panel.Cells, settings)
                .Where(line => chosen.Contains(line.Label))
                .Select(line => new OverlayLine(line.Label, line.Cells[0]))]))
            .Where(panel => panel.Lines.Count > 0 && isWanted([.. panel.Lines.Select(line => line.Cell)]))];
        int most = Math.Clamp(MostPoints / (run.Iterations + 1) / chosen.Length, 1, MostPanels);
        return panels.Any(panel => panel.Lines.Count > 1)
            ? new Overlay(Sample.Of(panels, most), panels.Count, chosen.Length, all.Length)
            : null;
    }

    /// <summary>The figure: p_n of every line, against what <paramref name="across"/> says of its cell; null if there is nothing to draw.</summary>
    public Figure? Draw(RunData run, string id, Axis x, Func<int, double[]> across)
    {
        var successes = new Successes(run, Cells);
        bool bands = Panels.All(panel => panel.Lines.Count <= MostBands);
        Panel[] panels = [.. Panels.Select(panel => new Panel(x, successes.Axis,
            [.. panel.Lines.SelectMany(line => Marks(run, successes, line, across(line.Cell), bands))])
        {
            Title = ReportFigures.Title(panel.Label),
        })];
        bool isEmpty = !panels.SelectMany(panel => panel.Marks)
            .Any(mark => mark.Points.Any(point => double.IsFinite(point.X) && double.IsFinite(point.Y)));
        return isEmpty ? null : new Figure(id, panels) { SharedX = true, SharedY = true, Width = panels.Length == 1 ? 520 : null };
    }

    /// <summary>What the lines are (markup).</summary>
    public string Lines(RunData run)
    {
        string range = Panels.All(panel => panel.Lines.Count <= MostBands) ? "band" : "bar at its end";
        return run.IsEmpirical
            ? $"the mean over replicates (p\\_mean) of each setting; the {range} holds 90\u00A0% of them (p\\_q05 to p\\_q95)"
            : @"the recurrence of each setting (p\_finite; p\_theory where there is none)";
    }

    private static IEnumerable<Mark> Marks(RunData run, Successes successes, OverlayLine line, double[] x, bool bands)
    {
        int skipped = successes.Mean(line.Cell).Length - x.Length;
        double[] Rest(double[] values) => values[skipped..];
        if (!run.IsEmpirical)
        {
            bool finite = run.Path(line.Cell, "p_finite").Any(double.IsFinite);
            yield return new Line(x, Rest(finite ? successes.Finite(line.Cell) : successes.Theory(line.Cell))) { Name = line.Label };
            yield break;
        }

        (double[] low, double[] high) = successes.Band(line.Cell);
        if (bands)
        {
            yield return new Band(x, Rest(low), Rest(high)) { Name = line.Label };
        }

        yield return new Line(x, Rest(successes.Mean(line.Cell))) { Name = line.Label };
        if (!bands)
        {
            yield return new PointSet([x[^1]], [successes.Mean(line.Cell)[^1]]) { Name = line.Label, Low = [low[^1]], High = [high[^1]] };
        }
    }
}
