namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>A histogram: bars side by side, filled lightly and with a stepped outline, so that several may overlap. They stand on 0, on a log or
/// logit axis on its beginning. A height without a place leaves its bar out.</summary>
/// <param name="Edges">One more than there are bars, rising.</param>
/// <param name="Heights">One a bar.</param>
/// <exception cref="ArgumentException">There are not as many heights as there are bars.</exception>
internal sealed record Bars(IReadOnlyList<double> Edges, IReadOnlyList<double> Heights) : Mark
{
    public IReadOnlyList<double> Heights { get; } = OfLength(Heights, Edges.Count - 1, nameof(Heights));

    public override IEnumerable<(double X, double Y)> Points => Heights.Select((height, i) => (Edges[i], height));
}
