namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>One pair of axes and what is drawn between them, the first mark at the bottom.</summary>
internal sealed record Panel(Axis X, Axis Y, IReadOnlyList<Mark> Marks)
{
    public string? Title { get; init; }
}
