namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>How a line is broken. In this order they are also the eight series' own.</summary>
internal enum Dash
{
    Solid,
    Dashed,
    Dotted,
    DashDot,
    LongDash,
    ShortDash,
    DashDotDot,
    LongDashDot,
}
