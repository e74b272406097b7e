namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>A name and what it stands for.</summary>
/// <param name="Marks">One of each kind and series.</param>
/// <param name="Name">In lines.</param>
/// <param name="Left">Where its sample begins, from the legend's left edge.</param>
/// <param name="TextLeft">Where its name begins.</param>
/// <param name="Top">From the legend's upper edge.</param>
internal sealed record LegendEntry(IReadOnlyList<Mark> Marks, FittedText Name, double Left, double TextLeft, double Top);
