using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Where orbits end against the KL strength: one point a beta is a limit, few are a cycle, many an erratic orbit.</summary>
internal sealed class BifurcationFigure
{
    private const int FewestBetas = 16;
    private const int FewestIterates = 16;
    private const int MostIterates = 64;
    private const int MostPanels = 4;
    private const int MostPoints = 40_000;
    private const double ManyTimes = 10;

    // The widest first, so that all are seen where they coincide.
    private static readonly (string Column, string Name, int Series, double Size)[] Curves =
    [
        ("p_mean", "simulated", 2, 5), ("p_finite", "groups of *G*", 5, 3), ("p_theory", "paper, *G* = ∞", 0, 1.6),
    ];

    private readonly RunData _run;
    private readonly (string Label, int[] Cells)[] _panels = [];
    private readonly int _allPanels;
    private readonly double[] _allBetas;
    private readonly double[] _betas = [];

    public BifurcationFigure(RunData run, Variation variation)
    {
        _run = run;
        _allBetas = variation.Values("beta");
        Iterates = Math.Min(MostIterates, run.Iterations / 2);
        if (_allBetas.Length < FewestBetas || Iterates < FewestIterates)
        {
            Iterates = 0;
            return;
        }

        List<(string Label, int[] Cells)> combinations = [.. variation.Combinations("beta").Where(panel => panel.Cells.Length >= FewestBetas)];
        (string Label, int[] Cells)[] chosen = Sample.Of(combinations, MostPanels);
        _allPanels = combinations.Count;

        // Of many betas fewer iterates: a beta that is left out looks like a gap in the orbits.
        int curves = Curves.Length * Math.Max(chosen.Length, 1);
        Iterates = Math.Clamp(MostPoints / (curves * _allBetas.Length), FewestIterates, Iterates);
        _betas = Sample.OfAxis(_allBetas, Math.Max(MostPoints / (curves * Iterates), FewestBetas));
        Column beta = run.Cells("beta");
        _panels = [.. chosen.Select(panel => (panel.Label, panel.Cells.Where(cell => Array.BinarySearch(_betas, beta.Number(cell)) >= 0).ToArray()))];
    }

    /// <summary>How many of an orbit's last points are drawn; 0 if none are.</summary>
    public int Iterates { get; }

    /// <summary>The cells whose orbits are drawn.</summary>
    public IEnumerable<int> Cells => _panels.SelectMany(panel => panel.Cells);

    public ReportFigure? Draw()
    {
        Scale scale = _betas.Length > 0 && _betas[0] > 0 && _betas[^1] >= ManyTimes * _betas[0] ? Scale.Log : Scale.Linear;
        Panel[] panels = [.. _panels.Select(panel => new Panel(new Axis("*β*", scale), new Axis("*p*_{*n*}"), [.. Marks(panel.Cells)])
        {
            Title = ReportFigures.Title(panel.Label),
        })];
        return !panels.Any(panel => panel.Marks.Count > 0) ? null : ReportFigure.Of(
            new Figure("bifurcation", panels) { SharedX = true, SharedY = true, Width = panels.Length == 1 ? 690 : 860 },
            $@"The last {Iterates} of {_run.Iterations} iterates against the KL strength: black the paper's recurrence (p\_theory), in wider dots "
                + @"that for groups of *G* (p\_finite)"
                + (_run.IsEmpirical ? @", in the widest the mean over replicates (p\_mean)" : "")
                + ". One point at a beta is a limit, a few are a cycle, many an erratic orbit or one that is still on its way."
                + ReportFigures.Omission(_betas.Length, _allBetas.Length, "values of beta")
                + ReportFigures.Omission(panels.Length, _allPanels, "combinations of the other parameters"));
    }

    private IEnumerable<Mark> Marks(int[] cells)
    {
        foreach ((string column, string name, int series, double size) in Curves)
        {
            (double Beta, double P)[] points = [.. cells.SelectMany(cell => _run.Tail(cell, column).Select(p => (_run.Cells("beta").Number(cell), p)))
                .Where(point => !double.IsNaN(point.p))];
            if (points.Length > 0)
            {
                yield return new PointSet([.. points.Select(point => point.Beta)], [.. points.Select(point => point.P)])
                {
                    Name = name,
                    Series = series,
                    DotSize = size,
                };
            }
        }
    }
}
