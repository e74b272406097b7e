namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>A text beside a point of the panel, moved as far as it must be to stay inside.</summary>
/// <param name="X">Of the point, a value of the x axis.</param>
/// <param name="Y">Of the point.</param>
/// <param name="Text">Markup.</param>
internal sealed record Annotation(double X, double Y, string Text) : Mark
{
    /// <summary>Which end of the text is at the point.</summary>
    public TextAnchor Anchor { get; init; } = TextAnchor.Start;

    public override IEnumerable<(double X, double Y)> Points => [(X, Y)];

    public override bool HasSeries => false;
}
