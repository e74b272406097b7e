using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The map from one success probability to the next, with the diagonal (the paper's Figure 2).</summary>
internal static class RecurrenceFigure
{
    private const int MostPanels = 24;
    private const int SampledPanels = 12;

    public static ReportFigure? Of(RunData run, Variation variation)
    {
        // Starts at references of their own are on as many maps.
        List<(string Label, int[] Cells)> sweeps = [.. StartSweep.Of(run, variation, _ => true)
            .Where(sweep => sweep.Cells.Select(run.Cells("p_ref").Number).Distinct().Count() == 1)];
        (string Label, int[] Cells)[] drawn = Sample.Of(sweeps, sweeps.Count <= MostPanels ? sweeps.Count : SampledPanels);
        Panel[] panels = [.. drawn.Select(sweep => new Panel(new Axis("*p*_{start}"), new Axis("*p*_1"), [.. Marks(run, sweep.Cells)])
        {
            Title = ReportFigures.Title(sweep.Label),
        })];
        string measured = run.IsEmpirical ? @" Points: p\_mean with 1.96 p\_se to either side." : "";
        return !panels.Any(panel => panel.Marks.Any(mark => mark.Points.Any(point => double.IsFinite(point.Y)))) ? null : ReportFigure.Of(
            new Figure("map", panels) { SharedX = true, SharedY = true },
            @"Success probability after one update against that before it (p\_start): dashed for groups of *G* (p\_finite), dotted the paper's map "
                + $@"(p\_theory). Where a curve crosses the diagonal it has a fixed point.{measured}"
                + ReportFigures.Omission(drawn.Length, sweeps.Count, "combinations of the other parameters"));
    }

    private static IEnumerable<Mark> Marks(RunData run, int[] cells)
    {
        double[] start = [.. cells.Select(run.Cells("p_start").Number)];
        double[] Column(string name) => [.. cells.Select(cell => run.Last(name)[cell])];
        yield return ReferenceLine.Diagonal();
        if (Column("p_finite") is var finite && finite.Any(double.IsFinite))
        {
            yield return new Line(start, finite) { Name = "groups of *G*", Series = 5, Dash = Dash.Dashed };
        }

        if (Column("p_theory") is var paper && paper.Any(double.IsFinite))
        {
            yield return new Line(start, paper) { Name = "paper, *G* = ∞", Series = 0, Dash = Dash.Dotted };
        }

        if (run.IsEmpirical)
        {
            (double[] mean, double[] error) = (Column("p_mean"), Column("p_se"));
            yield return new PointSet(start, mean)
            {
                Name = "simulated",
                Series = 4,
                Low = [.. mean.Zip(error, (value, half) => value - (Intervals.Reach * half))],
                High = [.. mean.Zip(error, (value, half) => value + (Intervals.Reach * half))],
            };
        }
    }
}
