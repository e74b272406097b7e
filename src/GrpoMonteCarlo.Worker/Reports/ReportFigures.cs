namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The figures that a run asks for, by what varies in it. What they need of its iterations is said before these are read.</summary>
internal sealed class ReportFigures
{
    /// <summary>Every name a figure may have.</summary>
    public static readonly string[] Names =
    [
        "weights", "map", "stability", "iterates", "comparison", "ends", "rollouts", "deviation", "bias", "spread", "fixed-point", "bifurcation",
        "amplification", "deviation-map", "differences", "pass-at-k", "passages", "step-z", "degenerate",
    ];

    private readonly RunData _run;
    private readonly Variation _variation;
    private readonly Overlay? _methods;
    private readonly Overlay? _costs;
    private readonly BifurcationFigure _bifurcation;

    public ReportFigures(RunData run, Variation variation)
    {
        (_run, _variation) = (run, variation);
        _methods = ComparisonFigure.Settings(run, variation);
        _costs = RolloutsFigure.Settings(run, variation);
        _bifurcation = new BifurcationFigure(run, variation);
    }

    /// <summary>Reads what the figures need of the run's iterations.</summary>
    /// <exception cref="BadInputException">The summary is damaged.</exception>
    public void Read() => _run.ReadSummary(
        [.. IteratesFigure.Cells(_run), .. DegenerateFigure.Cells(_run), .. SpreadFigure.Cells(_variation), .. _methods?.Cells ?? [], .. _costs?.Cells ?? []],
        _bifurcation.Cells,
        _bifurcation.Iterates);

    /// <summary>The figures, in the report's order, once the iterations are read.</summary>
    public IEnumerable<ReportFigure> All(PassAtK? passAt, PassagePaths? passages, CellPairs? pairs)
    {
        ReportFigure?[] ofOneUpdate =
            [WeightsFigure.Of(_run, _variation), RecurrenceFigure.Of(_run, _variation), StabilityFigure.Of(_run, _variation)];

        // From many starts or references one update is a curve, and a panel for each of its points says nothing.
        bool isSweep = _run.Iterations == 1 && ofOneUpdate.Any(figure => figure is not null);
        ReportFigure?[] overIterations = isSweep ? [] :
        [
            IteratesFigure.Of(_run, _variation),
            ComparisonFigure.Of(_run, _methods),
            EndsFigure.Of(_run, _methods),
            RolloutsFigure.Of(_run, _costs),
        ];
        ReportFigure?[] overBeta = isSweep ? [] :
        [
            FixedPointFigure.Of(_run, _variation),
            _bifurcation.Draw(),
            MapFigure.Amplification(_run, _variation),
            MapFigure.Deviation(_run, _variation),
        ];
        return new[]
        {
            ofOneUpdate,
            overIterations,
            [DeviationFigure.Of(_run, _variation), isSweep ? null : BiasFigure.Of(_run, _variation), isSweep ? null : SpreadFigure.Of(_run, _variation)],
            overBeta,
            [DifferencesFigure.Of(_run, pairs, _variation)],
            [PassAtKFigure.Of(_run, passAt, _variation), PassagesFigure.Of(_run, passages, _variation), StepZFigure.Of(_run), DegenerateFigure.Of(_run, _variation)],
        }.SelectMany(figures => figures).OfType<ReportFigure>();
    }

    /// <summary>A panel's title from what its cells are; null if there is nothing to tell. Lines break between parameters only.</summary>
    public static string? Title(string label) => label == "all" ? null : label.Replace(" = ", "\u00A0=\u00A0", StringComparison.Ordinal);

    /// <summary>"Drawn are 12 of 18 cells, chosen evenly.", or nothing if all are.</summary>
    public static string Omission(int drawn, int all, string what) =>
        drawn == all ? "" : $" Drawn are {Markup.Whole(drawn)} of {Markup.Whole(all)} {what}, chosen evenly.";
}
