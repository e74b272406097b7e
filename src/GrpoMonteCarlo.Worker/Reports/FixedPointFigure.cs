using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Where the closed forms end and where the simulation is, against the KL strength.</summary>
internal static class FixedPointFigure
{
    private const int MostPanels = 12;
    private const int MostBetas = 200;
    private const double ManyTimes = 10;

    public static ReportFigure? Of(RunData run, Variation variation)
    {
        double[] all = variation.Values("beta");
        double[] betas = Sample.OfAxis(all, MostBetas);
        if (betas.Length < 2)
        {
            return null;
        }

        var combinations = variation.Combinations("beta");
        (string Label, int[] Cells)[] drawn = Sample.Of(combinations, MostPanels);
        Scale scale = betas[0] > 0 && betas[^1] >= ManyTimes * betas[0] ? Scale.Log : Scale.Linear;
        Panel[] panels = [.. drawn.Select(panel => new Panel(new Axis("*β*", scale), new Axis("*p*"), [.. Marks(run, panel.Cells, betas)])
        {
            Title = ReportFigures.Title(panel.Label),
        })];
        if (!panels.Any(panel => panel.Marks.Any(mark => mark.Points.Any(point => !double.IsNaN(point.Y)))))
        {
            return null;
        }

        string measured = run.IsEmpirical ? $@" Points: p\_mean after {run.Iterations} iterations with 1.96 p\_se to either side." : "";
        return ReportFigure.Of(
            new Figure("fixed-point", panels) { SharedX = true, SharedY = true },
            $@"Limits against the KL strength: dashed for groups of *G* (limit\_finite), dotted the paper's (limit\_theory); a gap where the "
                + $"iterates cycle or have no known limit.{measured}"
                + ReportFigures.Omission(betas.Length, all.Length, "values of beta")
                + ReportFigures.Omission(drawn.Length, combinations.Count, "combinations of the other parameters"));
    }

    private static IEnumerable<Mark> Marks(RunData run, int[] cells, double[] betas)
    {
        int[] ordered = [.. cells.Where(cell => Array.BinarySearch(betas, run.Cells("beta").Number(cell)) >= 0).OrderBy(run.Cells("beta").Number)];
        double[] beta = [.. ordered.Select(run.Cells("beta").Number)];
        double[] finite = [.. ordered.Select(run.Cells("limit_finite").Number)];
        double[] paper = [.. ordered.Select(run.Cells("limit_theory").Number)];
        if (finite.Any(double.IsFinite))
        {
            yield return new Line(beta, finite) { Name = "limit, groups of *G*", Series = 5, Dash = Dash.Dashed };
        }

        if (paper.Any(double.IsFinite))
        {
            yield return new Line(beta, paper) { Name = "limit, paper", Series = 0, Dash = Dash.Dotted };
        }

        if (run.IsEmpirical)
        {
            double[] mean = [.. ordered.Select(cell => run.Last("p_mean")[cell])];
            double[] reach = [.. ordered.Select(cell => Intervals.Reach * run.Last("p_se")[cell])];
            yield return new PointSet(beta, mean)
            {
                Name = "simulated",
                Series = 4,
                Low = [.. mean.Zip(reach, (value, half) => value - half)],
                High = [.. mean.Zip(reach, (value, half) => value + half)],
            };
        }
    }
}
