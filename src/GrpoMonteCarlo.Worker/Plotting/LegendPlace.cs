namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Where a figure's legend stands.</summary>
internal enum LegendPlace
{
    /// <summary>Under all panels, in as many columns as fit.</summary>
    Below,

    /// <summary>In one column, right of all panels.</summary>
    Right,
}
