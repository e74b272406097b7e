namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>What an axis measures and how. Ends that are not given come from the data, with a little room.</summary>
/// <param name="Label">Markup; null or empty for none.</param>
/// <param name="Scale">How values are spread along it.</param>
internal sealed record Axis(string? Label = null, Scale Scale = Scale.Linear)
{
    /// <summary>The value at the axis's beginning; it must have a place on the scale.</summary>
    public double? From { get; init; }

    /// <summary>Whether values are said along it: not where places have names but no numbers. Only an x axis may be without.</summary>
    public bool HasTicks { get; init; } = true;

    /// <summary>The value at the axis's end, above <see cref="From"/>.</summary>
    public double? To { get; init; }
}
