namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The figures that a run asks for, by what varies in it.</summary>
internal static class ReportFigures
{
    /// <summary>Every name a figure may have.</summary>
    public static readonly string[] Names = ["iterates", "deviation", "fixed-point", "amplification", "deviation-map", "step-z", "degenerate"];

    public static IEnumerable<ReportFigure> Of(RunData run, Variation variation) => new ReportFigure?[]
    {
        IteratesFigure.Of(run, variation),
        DeviationFigure.Of(run, variation),
        FixedPointFigure.Of(run, variation),
        MapFigure.Amplification(run, variation),
        MapFigure.Deviation(run, variation),
        StepZFigure.Of(run),
        DegenerateFigure.Of(run, variation),
    }.OfType<ReportFigure>();

    /// <summary>"Drawn are 12 of 18 cells, chosen evenly.", or nothing if all are.</summary>
    public static string Omission(int drawn, int all, string what) =>
        drawn == all ? "" : $" Drawn are {Markup.Whole(drawn)} of {Markup.Whole(all)} {what}, chosen evenly.";
}
