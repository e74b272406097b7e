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
        int misplaced = figure.Panels.Sum(panel => panel.Marks.Sum(mark => mark.Points.Count(point => IsMisplaced(panel, point))));
        return new ReportFigure(described, misplaced == 0 ? caption : $"{caption} Points without a place on the axes, not drawn: {misplaced}.");
    }

    // There is a value, but not on this scale, as 0 on a log axis.
    private static bool IsMisplaced(Panel panel, (double X, double Y) point) => double.IsFinite(point.X) && double.IsFinite(point.Y)
        && (double.IsNaN(AxisRange.Coordinate(panel.X.Scale, point.X)) || double.IsNaN(AxisRange.Coordinate(panel.Y.Scale, point.Y)));
}
