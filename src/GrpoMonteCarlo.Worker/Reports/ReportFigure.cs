using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>A figure and what is said below it: what is drawn, from which columns, and what is left out (markup).</summary>
internal sealed record ReportFigure(Figure Figure, string Caption)
{
    /// <summary>The name of its file.</summary>
    public string Name => Figure.Id;

    public static ReportFigure Of(Figure figure, string caption)
    {
        var described = figure with { Description = caption };
        return new ReportFigure(described, described.Omitted == 0 ? caption : $"{caption} Points without a place on the axes, not drawn: {described.Omitted}.");
    }
}
