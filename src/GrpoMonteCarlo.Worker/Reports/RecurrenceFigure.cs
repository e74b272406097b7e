using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The map from one success probability to the next, with the diagonal (the paper's Figure 2).</summary>
internal static class RecurrenceFigure
{
    private const int MostPanels = 24;
    private const int SampledPanels = 12;

    // Where starts are below it, a linear axis would not show where small p cross the diagonal.
    private const double NearZero = 0.01;

    public static ReportFigure? Of(RunData run, Variation variation)
    {
        // Starts at references of their own are on as many maps.
        List<(string Label, int[] Cells)> sweeps = [.. StartSweep.Of(run, variation, _ => true)
            .Where(sweep => sweep.Cells.Select(run.Cells("p_ref").Number).Distinct().Count() == 1)];
        (string Label, int[] Cells)[] drawn = Sample.Of(sweeps, sweeps.Count <= MostPanels ? sweeps.Count : SampledPanels);
        double[] starts = [.. drawn.SelectMany(sweep => sweep.Cells).Select(run.Cells("p_start").Number)];
        bool isWide = starts.Any(p => p < NearZero) && starts.All(p => p is > 0 and < 1);
        Axis AxisOf(string label) => isWide ? new Axis(label, Scale.Logit) { From = starts.Min(), To = starts.Max() } : new Axis(label);
        (Axis x, Axis y) = (AxisOf("*p*_{start}"), AxisOf("*p*_1"));
        Panel[] panels = [.. drawn.Select(sweep => new Panel(x, y, [.. Marks(run, sweep.Cells, y)])
        {
            Title = ReportFigures.Title(sweep.Label),
        })];
        string measured = run.IsEmpirical ? @" Points: p\_mean with 1.96 p\_se to either side." : "";
        return !panels.Any(panel => panel.Marks.Any(mark => mark.Points.Any(point => double.IsFinite(point.Y)))) ? null : ReportFigure.Of(
            new Figure("map", panels) { SharedX = true, SharedY = true },
            @"Success probability after one update against that before it (p\_start): dashed for groups of *G* (p\_finite), dotted the paper's map "
                + $@"(p\_theory). Where a curve crosses the diagonal it has a fixed point.{measured}"
                + (isWide ? " What is beyond the axes stands at their edge." : "")
                + ReportFigures.Omission(drawn.Length, sweeps.Count, "combinations of the other parameters"));
    }

    private static IEnumerable<Mark> Marks(RunData run, int[] cells, Axis y)
    {
        double[] start = [.. cells.Select(run.Cells("p_start").Number)];
        double OnAxis(double p) => Math.Clamp(p, y.From ?? double.NegativeInfinity, y.To ?? double.PositiveInfinity);
        double[] Column(string name) => [.. cells.Select(cell => run.Last(name)[cell])];
        double[] Drawn(double[] values) => [.. values.Select(OnAxis)];
        yield return ReferenceLine.Diagonal();
        if (Column("p_finite") is var finite && finite.Any(double.IsFinite))
        {
            yield return new Line(start, Drawn(finite)) { Name = "groups of *G*", Series = 5, Dash = Dash.Dashed };
        }

        if (Column("p_theory") is var paper && paper.Any(double.IsFinite))
        {
            yield return new Line(start, Drawn(paper)) { Name = "paper, *G* = ∞", Series = 0, Dash = Dash.Dotted };
        }

        if (run.IsEmpirical)
        {
            (double[] mean, double[] error) = (Column("p_mean"), Column("p_se"));
            yield return new PointSet(start, Drawn(mean))
            {
                Name = "simulated",
                Series = 4,
                Low = [.. mean.Zip(error, (value, half) => value - (Intervals.Reach * half))],
                High = [.. mean.Zip(error, (value, half) => value + (Intervals.Reach * half))],
            };
        }
    }
}
